package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.rpt4j.api.Capability;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.error.ContextOverflowException;
import org.rpt4j.tck.reference.ReferenceForward;
import org.rpt4j.tck.reference.ReferenceProxyScorer;
import org.rpt4j.tck.reference.Softmax;

/** Rules about scoring a corpus. */
@Needs(Capability.SCORE)
final class ScorerRules {

    /** From a single token to the full context window. */
    static final List<int[]> SEQUENCES = List.of(
            Group.tokens(9, 1),
            Group.tokens(1, 2),
            Group.tokens(TinyModel.CONTEXT, 3),
            Group.tokens(2, 4),
            Group.tokens(9, 5));

    private static final int THREADS = 4;

    private ScorerRules() {}

    @Rule(id = "S1", value = "the description is that of the checkpoint", everyModel = true)
    static void description(Fixture f) {
        assertThat(f.openScorer().description()).isEqualTo(f.model().config().describe());
    }

    @Rule(id = "S2", value = "renormalised entropy is that of the softmax over the k largest logits", everyModel = true)
    static void renormalisedEntropy(Fixture f) {
        assertEntropy(f, true);
    }

    @Rule(id = "S3", value = "entropy without renormalisation sums over the k largest of the full softmax")
    static void plainEntropy(Fixture f) {
        assertEntropy(f, false);
    }

    private static void assertEntropy(Fixture f, boolean renormalise) {
        ProxyScorer scorer = f.openScorer();
        ReferenceProxyScorer truth = f.openReferenceScorer();
        for (int k : new int[] {1, 2, 16, TinyModel.VOCABULARY, 1000}) {
            ScoringOptions options =
                    ScoringOptions.builder().topK(k).renormalise(renormalise).build();
            List<TokenScores> found = scorer.score(SEQUENCES, options);
            List<TokenScores> expected = truth.score(SEQUENCES, options);
            for (int i = 0; i < SEQUENCES.size(); i++) {
                Checks.assertClose(
                        "entropy of the top " + k + " in sequence " + i,
                        scored(found.get(i).entropy()),
                        scored(expected.get(i).entropy()),
                        f.tolerances().logProb());
            }
        }
    }

    @Rule(id = "S4", value = "argmax is a most probable token", everyModel = true)
    static void argmax(Fixture f) {
        List<TokenScores> found = f.openScorer().score(SEQUENCES, ScoringOptions.DEFAULTS);
        for (int i = 0; i < SEQUENCES.size(); i++) {
            ReferenceForward forward = new ReferenceForward(f.weights()).append(SEQUENCES.get(i));
            for (int t = 1; t < SEQUENCES.get(i).length; t++) {
                double[] logits = forward.logits(t - 1);
                assertThat(logits[found.get(i).argmax()[t]])
                        .as("logit of the argmax at %d of sequence %d", t, i)
                        .isGreaterThanOrEqualTo(
                                logits[Softmax.argmax(logits)] - f.tolerances().logProb());
            }
        }
    }

    @Rule(id = "S5", value = "a log-probability is that of the full softmax, whatever k", everyModel = true)
    static void trueLogProb(Fixture f) {
        ProxyScorer scorer = f.openScorer();
        List<TokenScores> expected = f.openReferenceScorer().score(SEQUENCES, ScoringOptions.DEFAULTS);
        for (ScoringOptions options : List.of(
                ScoringOptions.DEFAULTS,
                ScoringOptions.builder().topK(1).renormalise(false).build())) {
            List<TokenScores> found = scorer.score(SEQUENCES, options);
            for (int i = 0; i < SEQUENCES.size(); i++) {
                Checks.assertClose(
                        "log-probabilities of sequence " + i,
                        scored(found.get(i).trueLogProb()),
                        scored(expected.get(i).trueLogProb()),
                        f.tolerances().logProb());
            }
        }
    }

    private static double[] scored(double[] values) {
        return Arrays.copyOfRange(values, 1, values.length);
    }

    @Rule(id = "S6", value = "every token has a place, and the first is not scored")
    static void firstToken(Fixture f) {
        List<TokenScores> scores = f.openScorer().score(SEQUENCES, ScoringOptions.DEFAULTS);
        assertThat(scores).hasSameSizeAs(SEQUENCES);
        for (int i = 0; i < SEQUENCES.size(); i++) {
            assertThat(scores.get(i).length()).as("places of sequence %d", i).isEqualTo(SEQUENCES.get(i).length);
            assertThat(scores.get(i).entropy()[0]).as("first entropy").isNaN();
            assertThat(scores.get(i).argmax()[0]).as("first argmax").isEqualTo(-1);
            assertThat(scores.get(i).trueLogProb()[0])
                    .as("first log-probability")
                    .isNaN();
        }
        assertThat(f.openScorer().score(List.of(), ScoringOptions.DEFAULTS))
                .as("scores of nothing")
                .isEmpty();
    }

    @Rule(id = "S7", value = "a score does not depend on what else is scored, and scores come in order")
    static void batchInvariance(Fixture f) {
        ProxyScorer scorer = f.openScorer();
        List<int[]> reversed = new ArrayList<>(SEQUENCES);
        Collections.reverse(reversed);
        List<TokenScores> together = scorer.score(SEQUENCES, ScoringOptions.DEFAULTS);
        List<TokenScores> backwards = scorer.score(reversed, ScoringOptions.DEFAULTS);
        for (int i = 0; i < SEQUENCES.size(); i++) {
            TokenScores alone = scorer.score(List.of(SEQUENCES.get(i)), ScoringOptions.DEFAULTS)
                    .get(0);
            assertSame(f, "sequence " + i + " alone", alone, together.get(i));
            TokenScores other = backwards.get(SEQUENCES.size() - 1 - i);
            assertSame(f, "sequence " + i + " in reversed order", other, together.get(i));
        }
    }

    static void assertSame(Fixture f, String what, TokenScores actual, TokenScores expected) {
        double tolerance = f.tolerances().logProb();
        Checks.assertClose("entropy of " + what, scored(actual.entropy()), scored(expected.entropy()), tolerance);
        Checks.assertClose(
                "log-probability of " + what, scored(actual.trueLogProb()), scored(expected.trueLogProb()), tolerance);
    }

    @Rule(id = "S8", value = "a sequence longer than the context window is refused")
    static void tooLong(Fixture f) {
        ProxyScorer scorer = f.openScorer();
        List<int[]> sequences = List.of(SEQUENCES.get(0), new int[TinyModel.CONTEXT + 1]);
        assertThatThrownBy(() -> scorer.score(sequences, ScoringOptions.DEFAULTS))
                .isInstanceOf(ContextOverflowException.class)
                .hasMessageContaining(Integer.toString(TinyModel.CONTEXT + 1));
    }

    @Rule(id = "S9", value = "empty sequences and token ids outside the vocabulary are refused")
    static void badSequences(Fixture f) {
        ProxyScorer scorer = f.openScorer();
        for (int[] bad : new int[][] {{}, {1, -1}, {TinyModel.VOCABULARY}, {1, 2, Integer.MAX_VALUE}}) {
            Checks.assertIllegalArgument(
                    "the sequence " + Arrays.toString(bad),
                    () -> scorer.score(List.of(SEQUENCES.get(0), bad), ScoringOptions.DEFAULTS));
        }
    }

    @Rule(id = "S10", value = "an interrupted thread gets no scores")
    static void interruption(Fixture f) {
        ProxyScorer scorer = f.openScorer();
        Checks.assertCancelledWhenInterrupted("scores", () -> scorer.score(SEQUENCES, ScoringOptions.DEFAULTS));
        assertThatCode(() -> scorer.score(SEQUENCES, ScoringOptions.DEFAULTS))
                .as("scoring afterwards")
                .doesNotThrowAnyException();
    }

    @Rule(id = "S11", value = "concurrent calls do not disturb each other")
    static void concurrency(Fixture f) throws Exception {
        ProxyScorer scorer = f.openScorer();
        ExecutorService executor = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<TokenScores>> results = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                List<int[]> sequence = List.of(Group.tokens(9, i));
                results.add(executor.submit(
                        () -> scorer.score(sequence, ScoringOptions.DEFAULTS).get(0)));
            }
            ReferenceProxyScorer truth = f.openReferenceScorer();
            for (int i = 0; i < THREADS; i++) {
                List<int[]> sequence = List.of(Group.tokens(9, i));
                TokenScores expected =
                        truth.score(sequence, ScoringOptions.DEFAULTS).get(0);
                assertSame(f, "thread " + i, results.get(i).get(), expected);
            }
        } finally {
            executor.shutdownNow();
        }
    }

    @Rule(id = "S13", value = "a sequence is read once: what is checked is what is scored")
    static void readOnce(Fixture f) {
        int[] tokens = Group.tokens(9, 1);
        int[] outside = tokens.clone();
        outside[4] = Integer.MAX_VALUE;
        // What another thread does to an array between two looks at it, but at a place that every run passes.
        List<int[]> changing = new AbstractList<>() {
            private boolean read;

            @Override
            public int[] get(int index) {
                int[] now = read ? outside : tokens;
                read = true;
                return now;
            }

            @Override
            public int size() {
                return 1;
            }
        };
        TokenScores expected = f.openReferenceScorer()
                .score(List.of(tokens), ScoringOptions.DEFAULTS)
                .get(0);
        assertSame(
                f,
                "a sequence that changes after it was read",
                f.openScorer().score(changing, ScoringOptions.DEFAULTS).get(0),
                expected);
    }

    @Rule(id = "S12", value = "closing is idempotent and final")
    static void close(Fixture f) {
        ProxyScorer scorer = f.openScorer();
        scorer.close();
        assertThatCode(scorer::close).as("a second close").doesNotThrowAnyException();
        Checks.assertIllegalState("description after close", scorer::description);
        Checks.assertIllegalState("scores after close", () -> scorer.score(SEQUENCES, ScoringOptions.DEFAULTS));
    }
}
