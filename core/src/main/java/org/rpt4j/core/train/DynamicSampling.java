package org.rpt4j.core.train;

/**
 * Whether groups that teach nothing are replaced by further ones (DAPO: Yu et al. 2025, arXiv 2503.14476; the RPT paper
 * does it from step 500 on).
 *
 * <p>While it is on, a step learns from mixed groups alone: from {@link RptSettings#promptsPerStep} of them, or from
 * those that the budget yields. The denominators are those of the groups that are learned from.
 *
 * @param startStep the first step that does it
 * @param budget most groups that one step may generate, as a multiple of {@link RptSettings#promptsPerStep}
 * @param maxStaleness most updates between the sampling of a surplus group and its use in a later step; 0 drops surplus
 *     groups, so that training is exactly on-policy. An older group keeps the log-probabilities that it was sampled
 *     with, so its ratio is not 1 and the clip acts; see {@link
 *     org.rpt4j.core.objective.PolicyLoss#withImportanceCap}.
 */
public record DynamicSampling(long startStep, int budget, int maxStaleness) {

    /** Never. */
    public static final DynamicSampling OFF = new DynamicSampling(Long.MAX_VALUE, 1, 0);

    /** From step 500 on, as in the paper; at most ten times the groups, which the paper does not say. */
    public static final DynamicSampling PAPER = new DynamicSampling(500, 10, 0);

    public DynamicSampling {
        if (startStep < 0) {
            throw new IllegalArgumentException("startStep is " + startStep + ", must not be negative");
        }
        if (budget < 1) {
            throw new IllegalArgumentException("budget is " + budget + ", must be positive");
        }
        if (maxStaleness < 0) {
            throw new IllegalArgumentException("maxStaleness is " + maxStaleness + ", must not be negative");
        }
    }

    /** Whether a step does it. */
    public boolean isOnAt(long step) {
        return step >= startStep;
    }
}
