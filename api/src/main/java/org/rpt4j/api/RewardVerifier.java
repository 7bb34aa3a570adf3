package org.rpt4j.api;

import java.util.List;

/** Judges attempts. Deterministic: the same attempt always gets the same verdict. Thread-safe. */
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
