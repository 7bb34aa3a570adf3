package org.rpt4j.core.train;

import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Policy;

/**
 * The reference of a KL penalty. Every so many steps it becomes the present policy, so that a long run is not held where
 * it began (ProRL: Liu et al. 2025, arXiv 2505.24864).
 */
final class References {

    private final long resetSteps;
    private final @Nullable LongFunction<Policy> renewal;
    private @Nullable Policy current;

    /**
     * @param first reference of the next step; null without a penalty
     * @param renewal renews it; null if it stays
     * @param resetSteps steps after which it is renewed; 0 if it stays
     */
    References(@Nullable Policy first, @Nullable LongFunction<Policy> renewal, long resetSteps) {
        this.current = first;
        this.renewal = renewal;
        this.resetSteps = resetSteps;
    }

    /** The reference of a step, before its first update. A step that is repeated after a resume is renewed again. */
    @Nullable
    Policy at(long step) {
        if (renewal != null && resetSteps > 0 && step > 0 && step % resetSteps == 0) {
            current = renewal.apply(step);
        }
        return current;
    }
}
