package org.rpt4j.core.train;

import java.util.Arrays;
import java.util.List;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;

/** Mean negative log-probability: -1/N for every completion token, N counted over the whole step. */
final class NextTokenLoss implements MicroBatchLoss {

    private final TokenBatch tokens;
    private final long stepTokens;

    NextTokenLoss(List<SupervisedExample> examples, long stepTokens) {
        TokenBatch.Builder builder = TokenBatch.builder(1);
        examples.forEach(example -> builder.add(example.prompt(), example.completions()));
        this.tokens = builder.build();
        this.stepTokens = stepTokens;
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
