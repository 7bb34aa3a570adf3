package org.rpt4j.samples.examples;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.spi.kit.FiniteNumbers;
import org.rpt4j.spi.kit.InputLimits;
import org.rpt4j.spi.kit.Interrupts;
import org.rpt4j.spi.kit.OpenModels;
import org.rpt4j.spi.kit.RunningCompletion;

/**
 * The policy of {@link OwnBackend}: one sequence after the other, a prompt read once for its group. The kit does what
 * every backend needs: it copies and validates inputs, draws random numbers, ends completions and refuses NaN. Calls take turns.
 */
final class OwnPolicy implements Policy, OpenModels.Model {

    private final OwnWeights weights;
    private final InputLimits limits;
    private volatile boolean closed;

    OwnPolicy(OwnWeights weights) {
        this.weights = weights;
        this.limits = weights.limits();
    }

    @Override
    public ModelDescription description() {
        requireOpen();
        return weights.config().describe();
    }

    /** The weights never change. */
    @Override
    public long version() {
        requireOpen();
        return 0;
    }

    @Override
    public synchronized List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
        requireOpen();
        return limits.requireContinuable(prompts, options).stream()
                .map(prompt -> group(prompt, options))
                .toList();
    }

    private RolloutGroup group(Prompt prompt, SamplingOptions options) {
        OwnDecoder decoder = new OwnDecoder(weights);
        double[] first = decoder.read(prompt.tokens());
        List<Rollout> rollouts = new ArrayList<>();
        for (int member = 0; member < options.groupSize(); member++) {
            decoder.rewind(prompt.tokens().length);
            rollouts.add(rollout(
                    decoder, first, new RunningCompletion(prompt, member, options, limits.contextLength()), options));
        }
        return new RolloutGroup(prompt, rollouts);
    }

    private static Rollout rollout(
            OwnDecoder decoder, double[] first, RunningCompletion completion, SamplingOptions options) {
        double[] logits = first;
        while (true) {
            Interrupts.check("sampling");
            int token = options.temperature() == 0
                    ? OwnSoftmax.argmax(logits)
                    : OwnSoftmax.inverse(
                            OwnSoftmax.probabilities(logits, options.temperature()), completion.nextUniform());
            if (completion.append(token, OwnSoftmax.logProb(logits, token, options.logProbTemperature()))) {
                return completion.rollout(0);
            }
            logits = decoder.read(token);
        }
    }

    @Override
    public synchronized TokenValues logProbs(TokenBatch given) {
        requireOpen();
        Interrupts.check("computing log-probabilities");
        TokenBatch batch = limits.requireComputable(given);
        double[] logProbs = new double[batch.completionTokenCount()];
        for (int group = 0; group < batch.promptCount(); group++) {
            int[] prompt = Arrays.copyOfRange(
                    batch.promptTokens(), batch.promptOffsets()[group], batch.promptOffsets()[group + 1]);
            OwnDecoder decoder = new OwnDecoder(weights);
            double[] first = decoder.read(prompt);
            for (int c = batch.groupOffsets()[group]; c < batch.groupOffsets()[group + 1]; c++) {
                decoder.rewind(prompt.length);
                double[] logits = first;
                for (int i = batch.completionOffsets()[c]; i < batch.completionOffsets()[c + 1]; i++) {
                    int token = batch.completionTokens()[i];
                    logProbs[i] = OwnSoftmax.logProb(logits, token, batch.temperature());
                    logits = decoder.read(token);
                }
            }
        }
        return FiniteNumbers.logProbs(batch, logProbs);
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this policy is closed");
        }
    }
}
