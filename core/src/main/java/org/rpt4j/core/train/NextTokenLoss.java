package org.rpt4j.core.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;

/** Mean negative log-probability: -1/N for every completion token, N counted over the whole step. */
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

    /** Cut into passes of at most so many tokens, as far as examples are not longer. */
    List<NextTokenLoss> split(int tokenBudget) {
        return TokenBudget.pack(examples, SupervisedExample::tokenCount, tokenBudget).stream()
                .map(part -> new NextTokenLoss(part, stepTokens))
                .toList();
    }

    @Override
    public List<FailedBatch.Group> groups(@Nullable TokenValues logProbs) {
        List<FailedBatch.Group> groups = new ArrayList<>();
        int from = 0;
        for (SupervisedExample example : examples) {
            List<FailedBatch.Completion> completions = new ArrayList<>();
            for (int[] completion : example.completions()) {
                int to = from + completion.length;
                completions.add(new FailedBatch.Completion(
                        completions.size(),
                        completion,
                        new double[0],
                        logProbs == null ? new double[0] : Arrays.copyOfRange(logProbs.values(), from, to),
                        Double.NaN,
                        Double.NaN));
                from = to;
            }
            groups.add(new FailedBatch.Group(groups.size(), example.prompt(), completions));
        }
        return groups;
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
