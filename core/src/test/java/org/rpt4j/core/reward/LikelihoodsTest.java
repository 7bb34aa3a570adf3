package org.rpt4j.core.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.tck.TinyModel;
import org.rpt4j.tck.reference.ReferencePolicy;

/** On the float64 reference, against one token at a time: every token of the vocabulary after every text. */
class LikelihoodsTest {

    private static final int[] PROMPT = {3, 9, 27, 1};
    private static final List<int[]> THOUGHTS =
            List.of(new int[] {5}, new int[] {5, 8, 2}, new int[] {30}, new int[] {30, 30, 30, 30, 30}, new int[0]);

    @TempDir
    private Path directory;

    private static double[] next(ReferencePolicy policy, int[] text) {
        List<int[]> all = IntStream.range(0, policy.description().vocabularySize())
                .mapToObj(token -> new int[] {token})
                .toList();
        return policy.logProbs(TokenBatch.builder(1).add(text, all).build()).values();
    }

    private static int argmax(double[] values) {
        return IntStream.range(0, values.length)
                .reduce((best, i) -> values[i] > values[best] ? i : best)
                .orElseThrow();
    }

    @Test
    void likelihoodsAndHitsAreThoseOfOneTokenAtATime() {
        try (ReferencePolicy policy = new ReferencePolicy(TinyModel.QWEN3.write(directory))) {
            Likelihoods likelihoods = new Likelihoods(policy);
            int hits = 0;
            List<int[]> truths = new ArrayList<>();
            for (int[] thought : THOUGHTS) {
                int[] text = Likelihoods.joined(PROMPT, thought);
                int first = argmax(next(policy, text));
                int second = argmax(next(policy, Likelihoods.joined(text, new int[] {first})));
                truths.add(new int[] {first, second});
            }
            truths.add(new int[] {0, 1});
            for (int[] truth : truths) {
                List<double[]> found = likelihoods.after(PROMPT, THOUGHTS, new int[] {9, 27}, truth);
                boolean[] likeliest = likelihoods.mostLikely(PROMPT, THOUGHTS, truth, found);

                assertThat(found).hasSize(THOUGHTS.size() + 1);
                for (int i = 0; i < found.size(); i++) {
                    int[] text = i < THOUGHTS.size() ? Likelihoods.joined(PROMPT, THOUGHTS.get(i)) : new int[] {9, 27};
                    double[] first = next(policy, text);
                    double[] second = next(policy, Likelihoods.joined(text, new int[] {truth[0]}));
                    assertThat(found.get(i))
                            .containsExactly(new double[] {first[truth[0]], second[truth[1]]}, within(1e-9));
                    if (i < THOUGHTS.size()) {
                        boolean hit = argmax(first) == truth[0] && argmax(second) == truth[1];
                        assertThat(likeliest[i]).isEqualTo(hit);
                        hits += hit ? 1 : 0;
                    }
                }
            }
            assertThat(hits).as("both answers occur").isBetween(THOUGHTS.size(), THOUGHTS.size() * truths.size() - 1);
        }
    }
}
