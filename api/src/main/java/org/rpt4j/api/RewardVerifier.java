package org.rpt4j.api;

import java.util.List;

/**
 * Judges attempts. Deterministic: the same attempt always gets the same verdict. Thread-safe. Return {@link
 * Verdict.Abstained} for an attempt that cannot be judged; a run tolerates some abstentions. An exception means that
 * the verifier is broken, and ends the run.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface RewardVerifier {

    /** Judges one attempt. */
    Verdict verify(Attempt attempt);

    /**
     * Judges all attempts of one task together, for rewards that compare them. The default judges each attempt by
     * itself.
     *
     * @return one verdict per attempt, in order
     */
    default List<Verdict> verifyGroup(List<Attempt> attempts) {
        return attempts.stream().map(this::verify).toList();
    }
}
