package org.rpt4j.tck.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.rpt4j.api.DecodingSession;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.spi.kit.CheckedSession;
import org.rpt4j.spi.kit.FiniteNumbers;
import org.rpt4j.spi.kit.InputLimits;
import org.rpt4j.spi.kit.Interrupts;

/**
 * What every policy over a model computes, one sequence at a time.
 *
 * @param model the weights
 * @param limits of its inputs
 */
record ReferenceComputation(ReferenceModel model, InputLimits limits) {

    static ReferenceComputation of(ReferenceModel model) {
        return new ReferenceComputation(model, InputLimits.of(model.description(), model.absentTokens()));
    }

    List<RolloutGroup> generate(List<Prompt> given, SamplingOptions options, long version) {
        List<Prompt> prompts = limits.requireContinuable(given, options);
        ReferenceSampler sampler = new ReferenceSampler(model, options, version);
        List<RolloutGroup> groups = new ArrayList<>();
        for (Prompt prompt : prompts) {
            List<Rollout> rollouts = new ArrayList<>();
            for (int member = 0; member < options.groupSize(); member++) {
                rollouts.add(sampler.sample(prompt, member));
            }
            groups.add(new RolloutGroup(prompt, rollouts));
        }
        return groups;
    }

    /**
     * @param lock of the policy
     * @param requireUsable fails, given the name of the operation, if the policy is closed or was trained
     */
    DecodingSession openSession(Object lock, Consumer<String> requireUsable) {
        return new CheckedSession(limits, 1, new ReferenceSessionCache(lock, requireUsable, model));
    }

    TokenValues logProbs(TokenBatch given) {
        TokenBatch batch = limits.requireComputable(given);
        double[] values = new double[batch.completionTokenCount()];
        for (BatchSequence sequence : BatchSequence.of(batch)) {
            Interrupts.check("computing log-probabilities");
            SequenceLogProbs.read(sequence, sequence.forward(model), batch.temperature(), values);
        }
        return FiniteNumbers.logProbs(batch, values);
    }
}
