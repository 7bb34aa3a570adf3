package org.rpt4j.backend.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.rpt4j.api.Backend;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.spi.Backends;
import org.rpt4j.tck.reference.ReferenceProxyScorer;

/** Scores of random sequences, and their expected values. */
public final class Scores {

    private static final double TOLERANCE = 1e-4;

    private Scores() {}

    /** Returns random tokens. */
    public static int[] tokens(int vocabularySize, int length, long seed) {
        return IntStream.range(0, length)
                .map(i -> CounterRandom.below(vocabularySize, seed, i))
                .toArray();
    }

    /** Returns sequences from one token to a full window. */
    public static List<int[]> sequences(int vocabularySize, int contextLength) {
        return List.of(
                tokens(vocabularySize, 9, 1),
                tokens(vocabularySize, 1, 2),
                tokens(vocabularySize, contextLength, 3),
                tokens(vocabularySize, 2, 4));
    }

    /** Scores with the default options of this backend. */
    public static List<TokenScores> with(Path model, List<int[]> sequences, ScoringOptions options) {
        try (Backend backend = Backends.open("onnx");
                ProxyScorer scorer = backend.openProxyScorer(ModelSource.directory(model))) {
            return scorer.score(sequences, options);
        }
    }

    /** Compares an ONNX model with the float64 reference of the checkpoint that it came from. */
    public static void assertAgrees(Path model, Path checkpoint, int vocabularySize, int contextLength) {
        assertAgrees(model, checkpoint, vocabularySize, contextLength, TOLERANCE);
    }

    /** The same with another tolerance, for models that are not stored in single precision. */
    public static void assertAgrees(
            Path model, Path checkpoint, int vocabularySize, int contextLength, double tolerance) {
        List<int[]> sequences = sequences(vocabularySize, contextLength);
        for (ScoringOptions options : List.of(
                ScoringOptions.DEFAULTS,
                ScoringOptions.builder()
                        .topK(5)
                        .renormalise(false)
                        .candidates(8)
                        .build())) {
            try (ProxyScorer truth = new ReferenceProxyScorer(ModelSource.directory(checkpoint))) {
                assertClose(with(model, sequences, options), truth.score(sequences, options), tolerance);
            }
        }
    }

    /** Compares scores. */
    public static void assertClose(List<TokenScores> found, List<TokenScores> expected, double tolerance) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.size(); i++) {
            int length = expected.get(i).length();
            assertThat(Arrays.copyOfRange(found.get(i).entropy(), 1, length))
                    .containsExactly(Arrays.copyOfRange(expected.get(i).entropy(), 1, length), within(tolerance));
            assertThat(Arrays.copyOfRange(found.get(i).trueLogProb(), 1, length))
                    .containsExactly(Arrays.copyOfRange(expected.get(i).trueLogProb(), 1, length), within(tolerance));
            assertCandidates(found.get(i), expected.get(i), tolerance);
        }
    }

    private static void assertCandidates(TokenScores found, TokenScores expected, double tolerance) {
        int k = expected.candidates();
        assertThat(found.candidates()).isEqualTo(k);
        assertThat(Arrays.copyOfRange(found.topLogProbs(), k, k * found.length()))
                .containsExactly(
                        Arrays.copyOfRange(expected.topLogProbs(), k, k * expected.length()), within(tolerance));
        for (int t = 1; t < found.length() && k > 0; t++) {
            assertThat(found.topIds()[t * k]).isEqualTo(found.argmax()[t]);
        }
    }
}
