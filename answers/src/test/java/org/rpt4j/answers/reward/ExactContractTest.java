package org.rpt4j.answers.reward;

import org.rpt4j.api.RewardVerifier;
import org.rpt4j.spi.RewardVerifiers;
import org.rpt4j.tck.RewardVerifierContract;

class ExactContractTest extends RewardVerifierContract {

    @Override
    protected RewardVerifier verifier() {
        return RewardVerifiers.create("exact-answer");
    }
}
