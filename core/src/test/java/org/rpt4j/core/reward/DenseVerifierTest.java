package org.rpt4j.core.reward;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.Attempt;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.GroundTruth;
import org.rpt4j.api.MissingReason;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.Verdict;
import org.rpt4j.api.error.RewardException;
import org.rpt4j.api.error.RewardVerifierNotFoundException;
import org.rpt4j.core.tokenize.TinyTokenizers;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.core.train.TabularPolicy;
import org.rpt4j.spi.RewardVerifierContext;
import org.rpt4j.spi.RewardVerifiers;

class DenseVerifierTest {

    private static final int THE = 257;
    private static Tokenizer tokenizer;

    private final List<int[]> asked = new ArrayList<>();

    /** P(token) is the id in thousandths. */
    private final DirectPrediction direct = (context, tokens) -> {
        assertThat(context).containsExactly(4, 2);
        asked.add(tokens);
        return Arrays.stream(tokens).mapToDouble(token -> token / 1000.0).toArray();
    };

    @BeforeAll
    static void open(@TempDir Path directory) {
        tokenizer = Tokenizer.open(TinyTokenizers.byteLevel(directory, List.of("th", "the"), List.of()));
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    private static List<Attempt> attempts(String... contents) {
        return attempts(Stream.of(contents)
                .map(content -> (Prediction) new Prediction.Boxed(content.getBytes(UTF_8)))
                .toArray(Prediction[]::new));
    }

    private static List<Attempt> attempts(Prediction... predictions) {
        GroundTruth truth = new GroundTruth("cats".getBytes(UTF_8), new int[] {2, 4});
        PredictionTask task = new PredictionTask(1, "d", 2, new int[] {4, 2}, 0, truth, 1);
        return Stream.of(predictions)
                .map(prediction -> new Attempt(task, Toy.PROMPT, Toy.rollout(FinishReason.STOP_TOKEN, 1), prediction))
                .toList();
    }

    private List<Verdict> judge(DenseCondition condition, List<Attempt> attempts) {
        return new DenseVerifier(tokenizer, direct, condition).verifyGroup(attempts);
    }

    @Test
    void aWrongFirstTokenIsWorthItsProbability() {
        assertThat(judge(DenseCondition.ALWAYS, attempts("cat", "the dog", "c", "the", "dog")))
                .containsExactly(
                        new Verdict.Scored(1, RewardReason.HIT),
                        new Verdict.Scored(THE / 1000.0, RewardReason.NOT_PREFIX),
                        new Verdict.Scored('c' / 1000.0, RewardReason.OFF_BOUNDARY),
                        new Verdict.Scored(THE / 1000.0, RewardReason.NOT_PREFIX),
                        new Verdict.Scored('d' / 1000.0, RewardReason.NOT_PREFIX));
        assertThat(asked).as("one call for the group, each token once").hasSize(1);
        assertThat(asked.get(0)).containsExactly('c', 'd', THE);
    }

    @Test
    void theConditionIsAHitInTheGroup() {
        Verdict nothing = new Verdict.Scored(0, RewardReason.NOT_PREFIX);
        assertThat(judge(DenseCondition.GROUP_HAS_HIT, attempts("dog", "the"))).containsExactly(nothing, nothing);
        assertThat(asked).as("a group of misses costs nothing").isEmpty();
        assertThat(judge(DenseCondition.GROUP_HAS_HIT, attempts("dog", "cats")))
                .containsExactly(
                        new Verdict.Scored('d' / 1000.0, RewardReason.NOT_PREFIX),
                        new Verdict.Scored(1, RewardReason.HIT));
    }

    @Test
    void withoutAFirstTokenThereIsNoReward() {
        List<Verdict> verdicts = judge(
                DenseCondition.ALWAYS,
                attempts(
                        new Prediction.Boxed(new byte[0]),
                        new Prediction.Missing(MissingReason.NO_BOX),
                        new Prediction.Boxed(new byte[] {(byte) 0xF0, (byte) 0x9F}),
                        new Prediction.Boxed(new byte[] {'d', (byte) 0xF0})));
        assertThat(verdicts)
                .containsExactly(
                        new Verdict.Scored(0, RewardReason.EMPTY),
                        new Verdict.Scored(0, RewardReason.NO_BOX),
                        new Verdict.Scored(0, RewardReason.NOT_PREFIX),
                        new Verdict.Scored('d' / 1000.0, RewardReason.NOT_PREFIX));
        assertThat(asked).as("only real tokens are asked about").hasSize(1);
        assertThat(asked.get(0)).containsExactly('d');
    }

    @Test
    void tokenIdZeroIsAToken() {
        DirectPrediction half = (context, tokens) -> {
            assertThat(tokens).containsExactly(0);
            return new double[] {0.5};
        };
        assertThat(new DenseVerifier(tokenizer, half, DenseCondition.ALWAYS).verifyGroup(attempts("\0")))
                .containsExactly(new Verdict.Scored(0.5, RewardReason.NOT_PREFIX));
    }

    @Test
    void denseRewardsAreFoundByName() {
        RewardVerifierContext context = RewardVerifierContext.builder()
                .policy(new TabularPolicy(300, 8))
                .tokenizer(tokenizer)
                .build();
        for (String name : List.of("dense", "conditional-dense")) {
            List<Verdict> verdicts = RewardVerifiers.create(name, context).verifyGroup(attempts("dog", "cats"));
            assertThat(((Verdict.Scored) verdicts.get(0)).reward()).isCloseTo(1 / 300.0, within(1e-12));
        }
        assertThat(((Verdict.Scored) RewardVerifiers.create("conditional-dense", context)
                                .verify(attempts("dog").get(0)))
                        .reward())
                .isZero();
        assertThat(RewardVerifiers.create("prefix-match", context)).isInstanceOf(PrefixMatchVerifier.class);
        assertThat(RewardVerifiers.discover().names())
                .containsExactly(
                        "conditional-dense", "dense", "first-token", "information-gain", "likelihood", "prefix-match");
        assertThatThrownBy(() -> RewardVerifiers.create("denser", context))
                .isInstanceOf(RewardVerifierNotFoundException.class)
                .hasMessageContaining("No reward named \"denser\"")
                .hasMessageContaining("conditional-dense, dense");
    }

    @Test
    void withoutAPolicyItIsNotCreatedAndTheErrorSaysWhatIsMissing() {
        RewardVerifierContext context =
                RewardVerifierContext.builder().tokenizer(tokenizer).build();
        assertThatThrownBy(() -> RewardVerifiers.create("dense", context))
                .isInstanceOf(RewardException.class)
                .hasMessage("Reward \"dense\" could not be created: the context has no policy. Give it one with"
                        + " RewardVerifierContext.builder().policy(...).");
    }
}
