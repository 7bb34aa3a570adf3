package org.rpt4j.core.reward;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.core.tokenize.Tokenizer;

/**
 * A policy whose next-token probabilities are written down: those of some tokens after each text; all others share the
 * rest equally. Remembers what it was asked.
 */
final class TextPolicy implements Policy {

    final List<TokenBatch> batches = new ArrayList<>();
    final List<Prompt> continued = new ArrayList<>();
    private final Tokenizer tokenizer;
    private final int window;
    private final Function<String, Map<Integer, Double>> probabilities;

    TextPolicy(Tokenizer tokenizer, int window, Function<String, Map<Integer, Double>> probabilities) {
        this.tokenizer = tokenizer;
        this.window = window;
        this.probabilities = probabilities;
    }

    private double probability(int[] text, int token) {
        Map<Integer, Double> known = probabilities.apply(tokenizer.decode(text));
        double rest = 1 - known.values().stream().mapToDouble(p -> p).sum();
        return known.getOrDefault(token, rest / (tokenizer.vocabularySize() - known.size()));
    }

    @Override
    public TokenValues logProbs(TokenBatch batch) {
        batches.add(batch);
        double[] values = new double[batch.completionTokenCount()];
        for (int g = 0; g < batch.promptCount(); g++) {
            int[] prompt =
                    Arrays.copyOfRange(batch.promptTokens(), batch.promptOffsets()[g], batch.promptOffsets()[g + 1]);
            for (int c = batch.groupOffsets()[g]; c < batch.groupOffsets()[g + 1]; c++) {
                int[] text = prompt;
                for (int t = batch.completionOffsets()[c]; t < batch.completionOffsets()[c + 1]; t++) {
                    int token = batch.completionTokens()[t];
                    values[t] = Math.log(probability(text, token));
                    text = Toy.joined(text, new int[] {token});
                }
            }
        }
        return TokenValues.of(batch, values);
    }

    @Override
    public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
        continued.addAll(prompts);
        return prompts.stream()
                .map(prompt -> new RolloutGroup(prompt, List.of(greedy(prompt, options.maxTokens()))))
                .toList();
    }

    private Rollout greedy(Prompt prompt, int count) {
        int[] text = prompt.tokens();
        for (int i = 0; i < count; i++) {
            int best = 0;
            for (int token = 1; token < tokenizer.vocabularySize(); token++) {
                best = probability(text, token) > probability(text, best) ? token : best;
            }
            text = Toy.joined(text, new int[] {best});
        }
        int[] sampled = Arrays.copyOfRange(text, prompt.tokens().length, text.length);
        return new Rollout(0, sampled, new double[count], FinishReason.LENGTH, 0);
    }

    @Override
    public ModelDescription description() {
        return new ModelDescription("Text", 1, tokenizer.vocabularySize(), window);
    }

    @Override
    public long version() {
        return 0;
    }

    @Override
    public void close() {}
}
