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
import org.rpt4j.spi.kit.InputLimits;
import org.rpt4j.spi.kit.RunningCompletion;

/**
 * The policy of {@link OwnBackend}: every token of the vocabulary has the same probability, whatever comes before it.
 */
record DicePolicy(ModelDescription description) implements Policy {

    @Override
    public long version() {
        return 0;
    }

    @Override
    public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
        InputLimits.of(description).requireContinuable(prompts);
        return prompts.stream().map(prompt -> group(prompt, options)).toList();
    }

    private RolloutGroup group(Prompt prompt, SamplingOptions options) {
        return new RolloutGroup(
                prompt,
                IntStream.range(0, options.groupSize())
                        .mapToObj(member -> rollout(
                                new RunningCompletion(prompt, member, options, description.contextLength()), options))
                        .toList());
    }

    private Rollout rollout(RunningCompletion completion, SamplingOptions options) {
        boolean ended = false;
        while (!ended) {
            ended = completion.append(token(completion, options), evenLogProb());
        }
        return completion.rollout(version());
    }

    /** The inverse of the cumulative distribution at the keyed number; the lowest id where all are equally probable. */
    private int token(RunningCompletion completion, SamplingOptions options) {
        return options.temperature() == 0 ? 0 : (int) (completion.nextUniform() * description.vocabularySize());
    }

    private double evenLogProb() {
        return -Math.log(description.vocabularySize());
    }

    @Override
    public TokenValues logProbs(TokenBatch batch) {
        InputLimits.of(description).requireComputable(batch);
        double[] logProbs = new double[batch.completionTokenCount()];
        Arrays.fill(logProbs, evenLogProb());
        return TokenValues.of(batch, logProbs);
    }

    @Override
    public void close() {}
}
