package org.rpt4j.samples.examples;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.model.format.AbsentTokens;
import org.rpt4j.spi.kit.InputLimits;
import org.rpt4j.spi.kit.Interrupts;
import org.rpt4j.spi.kit.OpenModels;
import org.rpt4j.spi.kit.RunningCompletion;

/**
 * The policy of {@link OwnBackend}: every token of the vocabulary is equally likely, whatever the context. The kit does
 * what every backend needs: it validates inputs, ends completions, and reacts to interruptions.
 */
final class DicePolicy implements Policy, OpenModels.Model {

    private final ModelDescription description;
    private final InputLimits limits;
    private volatile boolean closed;

    DicePolicy(ModelDescription description, AbsentTokens absentTokens) {
        this.description = description;
        this.limits = InputLimits.of(description, absentTokens);
    }

    @Override
    public ModelDescription description() {
        requireOpen();
        return description;
    }

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
        return new RolloutGroup(
                prompt,
                IntStream.range(0, options.groupSize())
                        .mapToObj(member -> rollout(
                                new RunningCompletion(prompt, member, options, limits.contextLength()), options))
                        .toList());
    }

    private Rollout rollout(RunningCompletion completion, SamplingOptions options) {
        boolean ended = false;
        while (!ended) {
            Interrupts.check("rolling dice");
            ended = completion.append(token(completion, options), evenLogProb());
        }
        return completion.rollout(0);
    }

    /** Inverse of the cumulative distribution at the keyed number; all ids that have a token are equally likely. */
    private int token(RunningCompletion completion, SamplingOptions options) {
        int left = options.temperature() == 0 ? 0 : (int) (completion.nextUniform() * limits.tokenCount());
        int id = 0;
        while (limits.absentTokens().contains(id) || left-- > 0) {
            id++;
        }
        return id;
    }

    private double evenLogProb() {
        return -Math.log(limits.tokenCount());
    }

    @Override
    public synchronized TokenValues logProbs(TokenBatch given) {
        requireOpen();
        Interrupts.check("computing log-probabilities");
        TokenBatch batch = limits.requireComputable(given);
        double[] logProbs = new double[batch.completionTokenCount()];
        Arrays.fill(logProbs, evenLogProb());
        return TokenValues.of(batch, logProbs);
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
