package org.rpt4j.core.train;

import java.util.Optional;
import org.rpt4j.core.objective.PolicyLoss;

/** Sums up how the sampler of a step differs from the policy, token by token. Not thread-safe. */
final class SamplerDrift {

    private final double cap;
    private double ratios;
    private double divergence;
    private long truncated;
    private long tokens;

    /** @param loss says from which ratio on it truncates */
    SamplerDrift(PolicyLoss loss) {
        this.cap = loss.importanceCap();
    }

    /**
     * Adds the tokens of a completion.
     *
     * @param logProbs of the policy
     * @param sampled of the sampler
     */
    void add(double[] logProbs, double[] sampled) {
        for (int t = 0; t < logProbs.length; t++) {
            double logRatio = logProbs[t] - sampled[t];
            double ratio = Math.exp(logRatio);
            ratios += ratio;
            divergence += ratio - 1 - logRatio;
            truncated += ratio > cap ? 1 : 0;
        }
        tokens += logProbs.length;
    }

    /** The means over all tokens; empty if there are none. */
    Optional<UpdateMetrics.SamplerMetrics> metrics() {
        return tokens == 0
                ? Optional.empty()
                : Optional.of(new UpdateMetrics.SamplerMetrics(
                        ratios / tokens, (double) truncated / tokens, divergence / tokens));
    }
}
