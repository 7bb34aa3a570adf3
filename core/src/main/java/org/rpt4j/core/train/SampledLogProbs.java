package org.rpt4j.core.train;

import java.util.stream.DoubleStream;
import org.rpt4j.api.error.BackendFailureException;

/** The log-probabilities with which the completions of a micro-batch were sampled. */
final class SampledLogProbs {

    private SampledLogProbs() {}

    /** One value per completion token, in the order of {@link MicroBatch#tokens}. */
    static double[] of(MicroBatch batch) {
        return batch.members().stream()
                .flatMapToDouble(member -> DoubleStream.of(member.rollout().logProbs()))
                .toArray();
    }

    /** Checks that the sampler reported the log-probabilities of its tokens. */
    static void requireFinite(MicroBatch batch) {
        for (LearningGroup group : batch.groups()) {
            for (LearningGroup.Member member : group.members()) {
                double[] logProbs = member.rollout().logProbs();
                for (int t = 0; t < logProbs.length; t++) {
                    if (!Double.isFinite(logProbs[t])) {
                        throw new BackendFailureException("Truncated importance sampling needs the log-probabilities of"
                                + " the sampler, and token " + t + " of rollout "
                                + member.rollout().member()
                                + " of group " + group.prompt().id() + " has " + logProbs[t]
                                + ". Use a policy that reports them.");
                    }
                }
            }
        }
    }
}
