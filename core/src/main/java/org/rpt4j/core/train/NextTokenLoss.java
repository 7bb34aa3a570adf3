package org.rpt4j.core.train;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;

/** Mean negative log-probability: weight -1/N for every completion token, with N counted over the whole step. */
final class NextTokenLoss implements MicroBatchLoss {

    private final List<SupervisedExample> examples;
    private final TokenBatch tokens;
    private final long stepTokens;

    NextTokenLoss(List<SupervisedExample> examples, long stepTokens) {
        this.examples = List.copyOf(examples);
        TokenBatch.Builder builder = TokenBatch.builder(1);
        examples.forEach(example -> builder.add(example.prompt(), example.completions()));
        this.tokens = builder.build();
        this.stepTokens = stepTokens;
    }

    /** Splits into passes of at most {@code tokenBudget} tokens, unless a single example is longer. */
    List<NextTokenLoss> split(int tokenBudget) {
        return TokenBudget.pack(examples, SupervisedExample::tokenCount, tokenBudget).stream()
                .map(part -> new NextTokenLoss(part, stepTokens))
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
        Arrays.fill(weights, -1.0 / stepTokens);
        return new Weighted(-Arrays.stream(logProbs.values()).sum() / stepTokens, weights);
    }
}
