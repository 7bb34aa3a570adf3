package org.rpt4j.samples.examples;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.StopCondition;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.error.ContextOverflowException;

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
        return prompts.stream().map(prompt -> group(prompt, options)).toList();
    }

    private RolloutGroup group(Prompt prompt, SamplingOptions options) {
        int room = description.contextLength() - prompt.tokens().length;
        if (room < 1) {
            throw new ContextOverflowException("Prompt " + prompt.id() + " fills the context window of "
                    + description.contextLength() + " tokens. Shorten it.");
        }
        int most = Math.min(room, options.maxTokens());
        return new RolloutGroup(
                prompt,
                IntStream.range(0, options.groupSize())
                        .mapToObj(member -> rollout(prompt.id(), member, most, options))
                        .toList());
    }

    private Rollout rollout(long prompt, int member, int most, SamplingOptions options) {
        int[] tokens = new int[most];
        int length = 0;
        FinishReason finish = FinishReason.LENGTH;
        StopCondition.Scanner scanner = options.stopCondition().newScanner();
        while (length < most && finish == FinishReason.LENGTH) {
            int token = token(options, prompt, member, length);
            tokens[length++] = token;
            if (options.stopTokens().contains(token)) {
                finish = FinishReason.STOP_TOKEN;
            } else if (scanner.endsWith(token)) {
                finish = FinishReason.STOP_CONDITION;
            }
        }
        return new Rollout(member, Arrays.copyOf(tokens, length), even(length), finish, version());
    }

    /** The inverse of the cumulative distribution at the keyed number; the lowest id where all are equally probable. */
    private int token(SamplingOptions options, long prompt, int member, int position) {
        double uniform = CounterRandom.uniform(options.seed(), options.step(), prompt, member, position);
        return options.temperature() == 0 ? 0 : (int) (uniform * description.vocabularySize());
    }

    @Override
    public TokenValues logProbs(TokenBatch batch) {
        return TokenValues.of(batch, even(batch.completionTokenCount()));
    }

    private double[] even(int tokens) {
        double[] logProbs = new double[tokens];
        Arrays.fill(logProbs, -Math.log(description.vocabularySize()));
        return logProbs;
    }

    @Override
    public void close() {}
}
