package org.rpt4j.core.train;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;

/** Mean negative log-probability, times a weight: -w/N for every completion token, with N counted over the whole step. */
final class NextTokenLoss implements MicroBatchLoss {

    private final List<SupervisedExample> examples;
    private final TokenBatch tokens;
    private final long stepTokens;
    private final double weight;

    NextTokenLoss(List<SupervisedExample> examples, long stepTokens, double weight) {
        this.examples = List.copyOf(examples);
        TokenBatch.Builder builder = TokenBatch.builder(1);
        examples.forEach(example -> builder.add(example.prompt(), example.completions()));
        this.tokens = builder.build();
        this.stepTokens = stepTokens;
        this.weight = weight;
    }

    /** The passes of at most {@code tokenBudget} tokens over all examples of a step. */
    static List<NextTokenLoss> of(List<SupervisedExample> step, double weight, int tokenBudget) {
        long tokens =
                step.stream().mapToLong(SupervisedExample::learnedTokenCount).sum();
        return TokenBudget.pack(step, SupervisedExample::tokenCount, tokenBudget).stream()
                .map(part -> new NextTokenLoss(part, tokens, weight))
                .toList();
    }

    @Override
    public List<NextTokenLoss> split(int tokenBudget) {
        return TokenBudget.pack(examples, SupervisedExample::tokenCount, tokenBudget).stream()
                .map(part -> new NextTokenLoss(part, stepTokens, weight))
                .toList();
    }

    @Override
    public List<Long> groups() {
        return LongStream.range(0, examples.size()).boxed().toList();
    }

    @Override
    public Map<String, TokenValues> known() {
        return Map.of();
    }

    @Override
    public TokenBatch tokens() {
        return tokens;
    }

    @Override
    public Weighted at(TokenValues logProbs) {
        double[] weights = new double[logProbs.size()];
        Arrays.fill(weights, -weight / stepTokens);
        return new Weighted(weight * (-Arrays.stream(logProbs.values()).sum() / stepTokens), weights);
    }
}
