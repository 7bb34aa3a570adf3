package org.rpt4j.core.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rpt4j.api.Attempt;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.GroundTruth;
import org.rpt4j.api.MissingReason;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.Verdict;
import org.rpt4j.api.error.RewardException;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.spi.RewardVerifierContext;
import org.rpt4j.spi.RewardVerifierContextBuilder;
import org.rpt4j.spi.RewardVerifiers;

/** All expected numbers are worked out by hand from the probabilities in {@link #POLICY}. */
class LikelihoodVerifierTest {

    private static Tokenizer tokenizer;
    private static Tokenizer textual;

    private TextPolicy policy;

    /** The true tokens are x and y. Thoughts a, b and c make them ever less likely; d makes x likely and y not. */
    private static final Map<String, Map<Integer, Double>> POLICY = Map.of(
            "Q<think>a</think>\\boxed{", Map.of((int) 'x', 0.75),
            "Q<think>a</think>\\boxed{x", Map.of((int) 'y', 0.5, (int) 'n', 0.125),
            "Q<think>b</think>\\boxed{", Map.of((int) 'x', 0.25, (int) 'n', 0.125),
            "Q<think>b</think>\\boxed{x", Map.of((int) 'y', 0.25, (int) 'n', 0.375),
            "Q<think>c</think>\\boxed{", Map.of((int) 'x', 0.125, (int) 'n', 0.25),
            "Q<think>c</think>\\boxed{x", Map.of((int) 'y', 0.25),
            "Q<think>?</think>\\boxed{", Map.of((int) 'x', 0.001),
            "ctx", Map.of((int) 'x', 0.5),
            "ctxx", Map.of((int) 'y', 0.125));

    @BeforeAll
    static void open(@TempDir Path directory) {
        tokenizer = Toy.withThinkTokens(directory.resolve("markers"));
        textual = Toy.withoutThinkTokens(directory.resolve("text"));
    }

    @AfterAll
    static void close() {
        tokenizer.close();
        textual.close();
    }

    private RewardVerifierContextBuilder context(Tokenizer codec, int window) {
        policy = new TextPolicy(codec, window, text -> POLICY.getOrDefault(text, Map.of()));
        return RewardVerifierContext.builder().policy(policy).tokenizer(codec).thoughtEnd("</think>");
    }

    private static PredictionTask task() {
        return PredictionTask.builder(1, "d", 3)
                .context(tokenizer.encode("ctx"))
                .continuation('x', 'y')
                .truth(new GroundTruth("xy".getBytes(StandardCharsets.UTF_8), new int[] {1, 2}))
                .entropy(1)
                .build();
    }

    private static Attempt attempt(Tokenizer codec, FinishReason finish, String completion) {
        int[] tokens = codec.encodeWithSpecials(completion);
        return new Attempt(
                task(),
                new Prompt(1, codec.encodeWithSpecials("Q<think>")),
                new Rollout(0, tokens, new double[tokens.length], finish, 0),
                new Prediction.Missing(MissingReason.NO_BOX));
    }

    private static List<Attempt> thoughts(String... thoughts) {
        return Stream.of(thoughts)
                .map(thought -> attempt(tokenizer, FinishReason.STOP_CONDITION, thought + "</think>"))
                .toList();
    }

    /** Options in pairs of name and value. */
    private List<Verdict> judge(String reward, List<Attempt> attempts, String... options) {
        RewardVerifierContextBuilder context = context(tokenizer, 64);
        for (int i = 0; i < options.length; i += 2) {
            context.option(options[i], options[i + 1]);
        }
        return RewardVerifiers.create(reward, context.build()).verifyGroup(attempts);
    }

    private static double[] rewards(List<Verdict> verdicts) {
        return verdicts.stream()
                .mapToDouble(verdict -> ((Verdict.Scored) verdict).reward())
                .toArray();
    }

    private static List<RewardReason> reasons(List<Verdict> verdicts) {
        return verdicts.stream()
                .map(verdict -> ((Verdict.Scored) verdict).reason())
                .toList();
    }

    /** ln 0.375 = ln 0.75 + ln 0.5, ln 0.0625 = 2 ln 0.25. */
    @ParameterizedTest
    @CsvSource({
        "LOG_PROB, 1, -0.2876820724517809, -1.3862943611198906, -2.0794415416798357",
        "LOG_PROB, 2, -0.9808292530117262, -2.772588722239781, -3.4657359027997265",
        "AVERAGE_LOG_PROB, 2, -0.4904146265058631, -1.3862943611198906, -1.7328679513998633",
        "PROBABILITY, 2, 0.375, 0.0625, 0.03125",
        "AVERAGE_PROBABILITY, 2, 0.625, 0.25, 0.1875",
        "average-probability, 0, 0.625, 0.25, 0.1875"
    })
    void theRewardIsTheLikelihoodOfTheTrueTokens(String kind, String tokens, double a, double b, double c) {
        List<Verdict> verdicts = judge("likelihood", thoughts("a", "b", "c"), "kind", kind, "tokens", tokens);
        assertThat(rewards(verdicts)).containsExactly(new double[] {a, b, c}, within(1e-12));
    }

    @Test
    void aGroupIsOneForwardPassInWhichThePromptStandsOnce() {
        judge("likelihood", thoughts("a", "bb"), "tokens", "2");
        assertThat(tokenizer.encodeContinuation("\\boxed{")).hasSize(5);
        assertThat(policy.batches).hasSize(1);
        assertThat(policy.batches.get(0).promptCount()).isEqualTo(1);
        assertThat(tokenizer.decode(policy.batches.get(0).promptTokens())).isEqualTo("Q<think>");
        assertThat(tokenizer.decode(policy.batches.get(0).completionTokens()))
                .isEqualTo("a</think>\\boxed{xybb</think>\\boxed{xy");
        assertThat(policy.batches.get(0).completionOffsets()).containsExactly(0, 9, 19);
        assertThat(policy.batches.get(0).temperature()).isEqualTo(1);
    }

    @Test
    void aHitIsATruthThatIsTheMostLikelyContinuation() {
        List<Verdict> first = judge("likelihood", thoughts("a", "b", "c", "?"));
        assertThat(reasons(first))
                .containsExactly(RewardReason.HIT, RewardReason.HIT, RewardReason.NOT_PREFIX, RewardReason.NOT_PREFIX);
        assertThat(policy.continued)
                .as("a has more than half of the probability, ? less than an equal share: only b and c are open")
                .extracting(prompt -> tokenizer.decode(prompt.tokens()))
                .containsExactly("Q<think>b</think>\\boxed{", "Q<think>c</think>\\boxed{");
        assertThat(reasons(judge("likelihood", thoughts("a", "b"), "tokens", "2")))
                .as("after b, n is likelier than y")
                .containsExactly(RewardReason.HIT, RewardReason.NOT_PREFIX);
    }

    @Test
    void debiasSubtractsTheBareContext() {
        assertThat(rewards(judge("likelihood", thoughts("a", "b"), "debias", "true")))
                .as("ln 0.75 - ln 0.5, ln 0.25 - ln 0.5")
                .containsExactly(new double[] {0.4054651081081644, -0.6931471805599453}, within(1e-12));
        assertThat(policy.batches).as("still one pass").hasSize(1);
        assertThat(policy.batches.get(0).promptCount()).isEqualTo(2);
        assertThat(rewards(judge("likelihood", thoughts("a", "b"), "kind", "PROBABILITY", "debias", "true")))
                .as("0.75 - 0.5, and 0.25 - 0.5 is cut to 0")
                .containsExactly(new double[] {0.25, 0}, within(1e-12));
    }

    @Test
    void theInformationGainIsWhatAThoughtAddsInNats() {
        List<Verdict> gains = judge("information-gain", thoughts("a", "b"));
        assertThat(rewards(gains))
                .containsExactly(new double[] {0.4054651081081644, -0.6931471805599453}, within(1e-12));
        assertThat(rewards(judge("information-gain", thoughts("a"), "tokens", "2")))
                .as("ln 0.375 - ln 0.0625")
                .containsExactly(new double[] {1.791759469228055}, within(1e-12));
    }

    /** PPL of the bare context 4, after a 1 / sqrt(0.375) = 1.633, after b 4, after c 1 / sqrt(0.03125) = 5.657. */
    @Test
    void stepsRewardTheRelativeGainInPerplexity() {
        String[] options = {"kind", "AVERAGE_LOG_PROB", "tokens", "2", "gain-steps", "0, 59.1, 59.2"};
        assertThat(rewards(judge("likelihood", thoughts("a", "b", "c"), options)))
                .as("gains of 59.175, 0 and -41.4 percent")
                .containsExactly(0.9, 0.5, 0);
        options[5] = "0.05,0.1,2.0";
        assertThat(rewards(judge("likelihood", thoughts("a", "b", "c"), options)))
                .containsExactly(1, 0, 0);
    }

    @Test
    void aThoughtWithoutAnEndIsClosed() {
        List<Attempt> attempts = List.of(
                attempt(tokenizer, FinishReason.LENGTH, "a"), attempt(tokenizer, FinishReason.STOP_TOKEN, "b<|end|>"));
        List<Verdict> verdicts = judge("likelihood", attempts);
        assertThat(rewards(verdicts)).containsExactly(new double[] {Math.log(0.75), Math.log(0.25)}, within(1e-12));
        assertThat(reasons(verdicts)).containsExactly(RewardReason.HIT, RewardReason.HIT);
    }

    @Test
    void aThoughtWithoutAnEndMayGetTheLowestRewardOfItsGroup() {
        List<Attempt> attempts = List.of(
                attempt(tokenizer, FinishReason.LENGTH, "a"),
                thoughts("b").get(0),
                attempt(tokenizer, FinishReason.STOP_TOKEN, "a<|end|>"));
        List<Verdict> verdicts = judge("likelihood", attempts, "unfinished", "LOWEST");
        assertThat(rewards(verdicts))
                .containsExactly(new double[] {Math.log(0.25), Math.log(0.25), Math.log(0.25)}, within(1e-12));
        assertThat(reasons(verdicts))
                .containsExactly(RewardReason.TRUNCATED, RewardReason.HIT, RewardReason.NO_THINK_END);
    }

    @Test
    void whatFollowsTheThoughtDoesNotCount() {
        Attempt answered = attempt(tokenizer, FinishReason.STOP_CONDITION, "a</think> So \\boxed{n}");
        Attempt again = attempt(tokenizer, FinishReason.STOP_CONDITION, "a</think>b</think>");
        assertThat(rewards(judge("likelihood", List.of(answered, again))))
                .containsExactly(new double[] {Math.log(0.75), Math.log(0.75)}, within(1e-12));
    }

    @Test
    void aMarkerThatIsTextEndsAThoughtToo() {
        List<Attempt> attempts = List.of(
                attempt(textual, FinishReason.STOP_CONDITION, "a</think>"), attempt(textual, FinishReason.LENGTH, "b"));
        assertThat(rewards(RewardVerifiers.create(
                                "likelihood", context(textual, 64).build())
                        .verifyGroup(attempts)))
                .containsExactly(new double[] {Math.log(0.75), Math.log(0.25)}, within(1e-12));
    }

    @Test
    void aTruthShorterThanTheHorizonIsAnAbstention() {
        assertThat(judge("likelihood", thoughts("a", "b"), "tokens", "3"))
                .allSatisfy(verdict -> assertThat(verdict)
                        .isEqualTo(new Verdict.Abstained(
                                "the continuation has 2 tokens, fewer than the 3 whose likelihood is the reward")));
        assertThat(policy.batches).isEmpty();
    }

    @Test
    void onlyTheThoughtThatLeavesNoRoomIsAnAbstention() {
        int needed = tokenizer.encodeWithSpecials("Q<think>aa</think>\\boxed{x").length;
        List<Verdict> verdicts = RewardVerifiers.create(
                        "likelihood", context(tokenizer, needed).build())
                .verifyGroup(thoughts("aa", "bbb"));
        assertThat(verdicts.get(0)).isInstanceOf(Verdict.Scored.class);
        assertThat(verdicts.get(1))
                .isInstanceOfSatisfying(
                        Verdict.Abstained.class,
                        abstained -> assertThat(abstained.cause())
                                .contains("longer than the " + needed + " tokens of the context window"));
    }

    @Test
    void theLeadInMayBeEmpty() {
        judge("likelihood", thoughts("a"), "lead-in", "");
        assertThat(tokenizer.decode(policy.batches.get(0).completionTokens())).isEqualTo("a</think>x");
    }

    @Test
    void anEmptyGroupCostsNothing() {
        assertThat(judge("likelihood", List.of())).isEmpty();
        assertThat(policy.batches).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "likelihood | kind | BEST | must be one of LOG_PROB, AVERAGE_LOG_PROB, PROBABILITY, AVERAGE_PROBABILITY",
                "likelihood | tokens | -1 | tokens is -1, must be at least 0",
                "likelihood | tokens | few | must be a whole number",
                "likelihood | debias | yes | must be true or false",
                "likelihood | gain-steps | 1,2 | must be three increasing numbers",
                "likelihood | gain-steps | 1,2,3 | Use AVERAGE_LOG_PROB, or no steps",
                "likelihood | bias | true | It has: kind, tokens, debias, gain-steps, unfinished, lead-in",
                "information-gain | kind | PROBABILITY | It has: tokens, unfinished, lead-in"
            })
    void wrongOptionsAreRefused(String reward, String option, String value, String message) {
        assertThatThrownBy(() -> judge(reward, thoughts("a"), option, value))
                .isInstanceOf(RewardException.class)
                .hasMessageContaining(message);
    }

    @Test
    void optionsSurviveTheirText() {
        LikelihoodOptions options = LikelihoodOptions.builder()
                .kind(LikelihoodOptions.Kind.AVERAGE_LOG_PROB)
                .tokens(7)
                .gainSteps(List.of(0.05, 0.1, 2.0))
                .unfinished(LikelihoodOptions.Unfinished.LOWEST)
                .leadIn(" ")
                .build();
        assertThat(LikelihoodOptions.parse(options.asText())).isEqualTo(options).hasSameHashCodeAs(options);
        assertThat(LikelihoodOptions.NAMES)
                .containsExactlyInAnyOrderElementsOf(options.asText().keySet());
        assertThat(Arrays.asList(LikelihoodOptions.Kind.values())).hasSize(4);
    }
}
