package org.rpt4j.api;

import java.util.List;

/**
 * Judges attempts. Deterministic: the same attempt always gets the same verdict. Thread-safe. What cannot be judged
 * gets {@link Verdict.Abstained}, of which a run endures some; an exception is a fault of the verifier and ends the
 * run.
 */
@FunctionalInterface
public interface RewardVerifier {

    /** Judges one attempt. */
    Verdict verify(Attempt attempt);

    /**
     * Judges all attempts at one task together, for rewards that compare them. The default judges each alone.
     *
     * @return one verdict per attempt, in order
     */
    default List<Verdict> verifyGroup(List<Attempt> attempts) {
        return attempts.stream().map(this::verify).toList();
    }
}
