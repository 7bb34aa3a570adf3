package org.rpt4j.tck;

import java.util.List;
import org.rpt4j.api.Attempt;
import org.rpt4j.api.RewardVerifier;

/**
 * The setup of one check of a verifier.
 *
 * @param verifier the verifier under test
 * @param attempts attempts at one task, at least two
 * @param judgesThoughtAlone whether the verifier reads no prediction
 */
record VerifierFixture(RewardVerifier verifier, List<Attempt> attempts, boolean judgesThoughtAlone) {

    public VerifierFixture {
        if (attempts.size() < 2) {
            throw new IllegalArgumentException("attempts has " + attempts.size() + " elements, must have at least 2");
        }
        if (attempts.stream().map(Attempt::task).distinct().count() != 1) {
            throw new IllegalArgumentException("attempts must be at one task");
        }
    }
}
