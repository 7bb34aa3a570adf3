package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.rpt4j.api.Capability;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.tck.reference.ReferenceForward;
import org.rpt4j.tck.reference.ReferenceModel;
import org.rpt4j.tck.reference.ReferenceProxyScorer;
import org.rpt4j.tck.reference.Softmax;

/**
 * Rules about the most probable tokens of a position. A scorer that cannot give them says so with an {@link
 * UnsupportedCapabilityException} that names the candidates, and the rules are skipped.
 */
@Needs(Capability.SCORE)
final class CandidateRules {

    private static final List<int[]> SEQUENCES = ScorerRules.SEQUENCES;
    private static final int[] COUNTS = {1, 2, 8, TinyModel.VOCABULARY};

    private CandidateRules() {}

    private static ScoringOptions options(int candidates) {
        return ScoringOptions.builder().candidates(candidates).build();
    }

    private static List<TokenScores> score(Fixture f, List<int[]> sequences, int candidates) {
        ProxyScorer scorer = f.openScorer();
        try {
            scorer.score(List.of(new int[] {1, 2}), options(1));
        } catch (UnsupportedCapabilityException e) {
            assertThat(e).as("a refusal says what cannot be given").hasMessageContaining("candidates");
            return Assumptions.abort("not checked, the backend gives no candidates: " + e.getMessage());
        }
        return scorer.score(sequences, options(candidates));
    }

    /** The log-probabilities of every token at every position of a sequence but the first, by the reference. */
    private static double[][] logProbs(ReferenceModel model, int[] sequence) {
        ReferenceForward forward = new ReferenceForward(model).append(sequence);
        return IntStream.range(1, sequence.length)
                .mapToObj(t -> Softmax.logProbs(forward.logits(t - 1), 1))
                .toArray(double[][]::new);
    }

    @Rule(id = "S16", value = "candidates are the k most probable tokens, best first", everyModel = true)
    static void mostProbable(Fixture f) {
        for (int k : COUNTS) {
            List<TokenScores> found = score(f, SEQUENCES, k);
            for (int i = 0; i < SEQUENCES.size(); i++) {
                assertMostProbable(f, found.get(i), k, logProbs(f.weights(), SEQUENCES.get(i)));
            }
        }
    }

    private static void assertMostProbable(Fixture f, TokenScores found, int k, double[][] expected) {
        double tolerance = f.tolerances().logProb();
        for (int t = 1; t <= expected.length; t++) {
            int[] ids = row(found.topIds(), t, k);
            double[] row = expected[t - 1];
            double[] sorted = row.clone();
            Arrays.sort(sorted);
            assertThat(ids).as("candidates for token %d", t).doesNotHaveDuplicates();
            assertThat(ids[0]).as("the best candidate for token %d", t).isEqualTo(found.argmax()[t]);
            for (int rank = 0; rank < k; rank++) {
                // Of two tokens that are closer than the tolerance, either may come first.
                assertThat(row[ids[rank]])
                        .as("log-probability of candidate %d for token %d", rank, t)
                        .isCloseTo(sorted[sorted.length - 1 - rank], within(tolerance));
            }
        }
    }

    @Rule(id = "S17", value = "log-probabilities of candidates are those of the full softmax", everyModel = true)
    static void fullSoftmax(Fixture f) {
        for (int k : COUNTS) {
            List<TokenScores> found = score(f, SEQUENCES, k);
            for (int i = 0; i < SEQUENCES.size(); i++) {
                double[][] expected = logProbs(f.weights(), SEQUENCES.get(i));
                for (int t = 1; t <= expected.length; t++) {
                    assertLogProbs(f, found.get(i), t, k, expected[t - 1]);
                }
            }
        }
    }

    private static void assertLogProbs(Fixture f, TokenScores found, int t, int k, double[] expected) {
        double tolerance = f.tolerances().logProb();
        double[] logProbs = Arrays.copyOfRange(found.topLogProbs(), t * k, (t + 1) * k);
        int[] ids = row(found.topIds(), t, k);
        Checks.assertClose(
                "log-probabilities of the candidates for token " + t,
                logProbs,
                Arrays.stream(ids).mapToDouble(id -> expected[id]).toArray(),
                tolerance);
        for (int rank = 1; rank < k; rank++) {
            assertThat(logProbs[rank])
                    .as("candidate %d for token %d after a better one", rank, t)
                    .isLessThanOrEqualTo(logProbs[rank - 1]);
        }
        assertThat(Arrays.stream(logProbs).map(Math::exp).sum())
                .as("probability of all candidates for token %d", t)
                .isLessThanOrEqualTo(1 + k * tolerance);
    }

    @Rule(id = "S18", value = "of equally probable candidates the lower id comes first")
    static void ties(Fixture f) {
        // Rows of zeros have logits of exactly 0 in every arithmetic.
        assertTies(f, "some", TinyModel.VOCABULARY, 3);
        assertTies(f, "all", 3000, 1);
    }

    private static void assertTies(Fixture f, String name, int vocabulary, int every) {
        ReferenceModel model = new ModelShape().vocabulary(vocabulary).model();
        double[] head = model.weights()[model.layout().head()];
        int width = head.length / vocabulary;
        for (int id = 0; id < vocabulary; id += every) {
            Arrays.fill(head, id * width, (id + 1) * width, 0);
        }
        Fixture tied = f.over("ties-of-" + name, model::write);
        for (int k : COUNTS) {
            TokenScores found = score(tied, List.of(Group.tokens(9, 1)), k).get(0);
            for (int t = 1; t < 9; t++) {
                int[] ofTie = Arrays.stream(row(found.topIds(), t, k))
                        .filter(id -> id % every == 0)
                        .toArray();
                assertThat(ofTie)
                        .as("candidates for token %d with the same logit, of %d", t, k)
                        .containsExactly(IntStream.range(0, ofTie.length)
                                .map(i -> i * every)
                                .toArray());
            }
        }
    }

    @Rule(id = "S19", value = "candidates of a large vocabulary are ids like any other")
    static void largeVocabulary(Fixture f) {
        ReferenceModel model = MagnitudeRules.largeVocabulary();
        Fixture large = f.over("vocabulary", model::write);
        int[] sequence = {65_536, 3, 151_935, 131_072};
        TokenScores found = score(large, List.of(sequence), 8).get(0);
        double[][] expected = logProbs(model, sequence);
        assertMostProbable(large, found, 8, expected);
        for (int t = 1; t < sequence.length; t++) {
            assertLogProbs(large, found, t, 8, expected[t - 1]);
        }
    }

    @Rule(id = "S20", value = "there are as many candidates as were asked for, and no other score depends on them")
    static void asManyAsAskedFor(Fixture f) {
        List<TokenScores> without = score(f, SEQUENCES, 0);
        for (int k : COUNTS) {
            List<TokenScores> with = score(f, SEQUENCES, k);
            for (int i = 0; i < SEQUENCES.size(); i++) {
                TokenScores found = with.get(i);
                int length = SEQUENCES.get(i).length;
                assertThat(found.topIds()).as("candidates of sequence %d", i).hasSize(length * k);
                assertThat(row(found.topIds(), 0, k)).as("first token").containsOnly(-1);
                assertThat(Arrays.copyOf(found.topLogProbs(), k))
                        .as("first token")
                        .containsOnly(Double.NaN);
                assertThat(found.argmax())
                        .as("argmax of sequence %d", i)
                        .isEqualTo(without.get(i).argmax());
                ScorerRules.assertSame(f, "sequence " + i + " with candidates", found, without.get(i));
            }
        }
        for (TokenScores each : without) {
            assertThat(each.topIds()).as("candidates that nobody asked for").isEmpty();
            assertThat(each.topLogProbs())
                    .as("candidates that nobody asked for")
                    .isEmpty();
        }
    }

    @Rule(id = "S21", value = "more candidates than tokens are refused")
    static void tooMany(Fixture f) {
        score(f, List.of(), 1);
        ProxyScorer scorer = f.openScorer();
        assertThatThrownBy(() -> scorer.score(SEQUENCES, options(TinyModel.VOCABULARY + 1)), "too many candidates")
                .isInstanceOf(UnsupportedCapabilityException.class)
                .hasMessageContainingAll("candidates", "" + (TinyModel.VOCABULARY + 1), "" + TinyModel.VOCABULARY);
    }

    @Rule(id = "S22", value = "an id that no token has is no candidate")
    static void padding(Fixture f) {
        f.pad();
        int present = TinyModel.VOCABULARY - Fixture.ABSENT.size();
        List<int[]> sequences = List.of(new int[] {1, 2, 3, 4}, new int[] {7, 8, 9});
        for (int k : new int[] {3, present}) {
            List<TokenScores> found = score(f, sequences, k);
            List<TokenScores> expected;
            try (ReferenceProxyScorer truth = f.openReferenceScorer()) {
                expected = truth.score(sequences, options(k));
            }
            for (int i = 0; i < sequences.size(); i++) {
                assertOfTokens(f, k, found.get(i), expected.get(i));
            }
        }
        ProxyScorer scorer = f.openScorer();
        assertThatThrownBy(() -> scorer.score(sequences, options(present + 1)), "more candidates than tokens")
                .isInstanceOf(UnsupportedCapabilityException.class)
                .hasMessageContainingAll("candidates", "" + (present + 1), "" + present);
    }

    private static void assertOfTokens(Fixture f, int k, TokenScores found, TokenScores expected) {
        for (int t = 1; t < expected.length(); t++) {
            assertThat(Arrays.stream(row(found.topIds(), t, k)).boxed())
                    .as("candidates for token %d", t)
                    .doesNotContainAnyElementsOf(Fixture.ABSENT);
            Checks.assertClose(
                    "log-probabilities of the candidates for token " + t,
                    Arrays.copyOfRange(found.topLogProbs(), t * k, (t + 1) * k),
                    Arrays.copyOfRange(expected.topLogProbs(), t * k, (t + 1) * k),
                    f.tolerances().logProb());
        }
    }

    private static int[] row(int[] ids, int t, int k) {
        return Arrays.copyOfRange(ids, t * k, (t + 1) * k);
    }
}
