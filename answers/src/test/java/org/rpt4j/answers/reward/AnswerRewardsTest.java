package org.rpt4j.answers.reward;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.answers.GoldAnswer;
import org.rpt4j.answers.compare.Judgement.Outcome;
import org.rpt4j.answers.compare.SymbolicEquality;
import org.rpt4j.api.Attempt;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.GroundTruth;
import org.rpt4j.api.MissingReason;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.Verdict;
import org.rpt4j.api.error.RewardException;
import org.rpt4j.api.error.RewardVerifierNotFoundException;
import org.rpt4j.spi.RewardVerifierContext;
import org.rpt4j.spi.RewardVerifiers;

class AnswerRewardsTest {

    @TempDir
    private Path folder;

    private static Attempt attempt(Prediction prediction, String... forms) {
        byte[] truth = new GoldAnswer(List.of(forms)).joined().getBytes(UTF_8);
        PredictionTask task = new PredictionTask(
                1, "a.jsonl#1", 0, new int[] {1}, 2, new GroundTruth(truth, new int[] {truth.length}), Double.NaN);
        Rollout rollout = new Rollout(0, new int[] {1}, new double[1], FinishReason.STOP_TOKEN, 0);
        return new Attempt(task, new Prompt(1, new int[] {1}), rollout, prediction);
    }

    private static Attempt boxed(String answer, String... forms) {
        return attempt(new Prediction.Boxed(answer.getBytes(UTF_8)), forms);
    }

    private static Verdict right() {
        return new Verdict.Scored(1, RewardReason.HIT);
    }

    private static Verdict wrong(String reason) {
        return new Verdict.Scored(0, RewardReason.of(reason));
    }

    private static RewardVerifier create(String name, String option, String value) {
        return RewardVerifiers.create(
                name, RewardVerifierContext.builder().option(option, value).build());
    }

    @Test
    void theRewardsAreFoundByName() {
        assertThat(RewardVerifiers.discover().names())
                .contains("exact-answer", "math-answer", "multiple-choice", "code-output");
        assertThat(RewardVerifiers.discover().failures()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"exact-answer", "math-answer", "multiple-choice"})
    void everyAttemptHasAReason(String name) {
        RewardVerifier reward = RewardVerifiers.create(name);
        for (MissingReason reason : MissingReason.values()) {
            assertThat(reward.verify(attempt(new Prediction.Missing(reason), "A")))
                    .isEqualTo(new Verdict.Scored(0, RewardReason.of(reason)));
        }
        assertThat(reward.verify(boxed("", "A"))).isEqualTo(new Verdict.Scored(0, RewardReason.EMPTY));
        assertThat(reward.verify(boxed(" \n", "A"))).isEqualTo(wrong("empty-answer"));
        assertThat(reward.verify(attempt(new Prediction.Boxed(new byte[] {(byte) 0xff}), "A")))
                .isEqualTo(wrong("not-text"));
        assertThat(reward.verify(boxed("A", "A"))).isEqualTo(right());
    }

    @Test
    void exactAnswersHaveTheSameCharacters() {
        RewardVerifier reward = RewardVerifiers.create("exact-answer");
        assertThat(reward.verify(boxed(" New\n  York ", "New York"))).isEqualTo(right());
        assertThat(reward.verify(boxed("new york", "New York"))).isEqualTo(wrong("wrong-answer"));
        assertThat(reward.verify(boxed("NYC", "New York", "NYC"))).isEqualTo(right());
        assertThat(create("exact-answer", "ignore-case", "true").verify(boxed("new york", "New York")))
                .isEqualTo(right());
    }

    @Test
    void mathAnswersHaveTheSameValue() {
        RewardVerifier reward = RewardVerifiers.create("math-answer");
        assertThat(reward.verify(boxed("\\frac{1}{2}", "0.5"))).isEqualTo(right());
        assertThat(reward.verify(boxed("0.7", "0.5"))).isEqualTo(wrong("wrong-answer"));
        assertThat(reward.verify(boxed("0.7", "0.5", "7/10"))).isEqualTo(right());
        assertThat(reward.verify(boxed("no idea", "0.5"))).isEqualTo(wrong("not-a-number"));
        assertThat(reward.verify(boxed("0.50001", "0.5"))).isEqualTo(wrong("wrong-answer"));
        assertThat(create("math-answer", "tolerance", "0.001").verify(boxed("0.5001", "0.5")))
                .isEqualTo(right());
    }

    @Test
    void whatIsNotDecidedIsAnAbstention() {
        Verdict verdict = RewardVerifiers.create("math-answer").verify(boxed("\\int_0^1 x\u001b dx", "\\frac{1}{2}"));
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Abstained.class,
                        abstained -> assertThat(abstained.cause())
                                .contains("math-answer", "a.jsonl#1", "unknown-notation", "\\u001b"));
        assertThat(RewardVerifiers.create("math-answer").verify(boxed("5", "\\lfloor x \\rfloor", "5")))
                .isEqualTo(right());
    }

    @Test
    void aChoiceIsItsLetterOrItsText() {
        RewardVerifier reward = RewardVerifiers.create("multiple-choice");
        for (String answer :
                List.of("B", "(B)", "B.", "b", "B) Paris", "Paris", "paris.", "\\text{B}", "Option B", "B: Paris")) {
            assertThat(reward.verify(boxed(answer, "B", "Paris"))).as(answer).isEqualTo(right());
        }
        assertThat(reward.verify(boxed("C", "B", "Paris"))).isEqualTo(wrong("wrong-choice"));
        assertThat(reward.verify(boxed("C. Paris", "B", "Paris"))).isEqualTo(wrong("wrong-choice"));
        assertThat(reward.verify(boxed("B. Rome", "B", "Paris"))).isEqualTo(wrong("wrong-choice"));
        assertThat(reward.verify(boxed("Rome", "B", "Paris"))).isEqualTo(wrong("no-choice"));
        // A letter alone is the letter of a choice, even where it is the text of another.
        assertThat(reward.verify(boxed("A", "B", "A"))).isEqualTo(wrong("wrong-choice"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"exact-answer", "math-answer", "multiple-choice"})
    void unknownOptionsAreRefused(String name) {
        assertThatThrownBy(() -> create(name, "colour", "red"))
                .isInstanceOf(RewardException.class)
                .hasMessageContaining("no option \"colour\"");
    }

    @Test
    void wrongOptionsAreFoundBeforeARewardIsCreated() throws Exception {
        RewardVerifiers rewards = RewardVerifiers.discover();
        rewards.checkOptions("math-answer", Map.of("tolerance", "0.1", "time-limit", "3"));
        assertThatThrownBy(() -> rewards.checkOptions("math-answer", Map.of("tolerence", "0.1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "reward \"math-answer\" has no option \"tolerence\". It has: tolerance, time-limit. Remove or"
                                + " correct it.");
        assertThatThrownBy(() -> rewards.checkOptions("multiple-choice", Map.of("tolerance", "0.1")))
                .hasMessageContaining("It has: none.");
        assertThatThrownBy(() -> rewards.checkOptions("math-answer", Map.of("tolerance", "2")))
                .hasMessageContaining("\"2\"");
        assertThatThrownBy(() -> rewards.checkOptions("math-answer", Map.of("time-limit", "0")))
                .hasMessageContaining("\"0\"");
        assertThatThrownBy(() -> rewards.checkOptions("exact-answer", Map.of("ignore-case", "yes")))
                .hasMessageContaining("true or false");
        assertThatThrownBy(() -> rewards.checkOptions("code-output", Map.of("time-limit", "soon")))
                .hasMessageContaining("whole number of seconds");
        assertThatThrownBy(() -> rewards.checkOptions("code-output", Map.of("sandbox", "docker")))
                .hasMessageContaining("no sandbox is named \"docker\"; available: none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1", "NaN", "x"})
    void aToleranceIsAFraction(String value) {
        assertThatThrownBy(() -> create("math-answer", "tolerance", value))
                .isInstanceOf(RewardException.class)
                .hasMessageContaining("at least 0 and below 1");
    }

    @Test
    void withoutASandboxTheErrorSaysHowToGiveOne() {
        assertThatThrownBy(() -> RewardVerifiers.create("code-output"))
                .isInstanceOf(RewardVerifierNotFoundException.class)
                .hasMessageContaining("no sandbox")
                .hasMessageContaining("Implement org.rpt4j.answers.reward.CodeSandbox")
                .hasMessageContaining("META-INF/services");
    }

    /** A sandbox for programs of one word. */
    public static final class WordSandbox implements CodeSandbox {

        @Override
        public String name() {
            return "words";
        }

        @Override
        public Result run(String code, Duration limit) {
            return switch (code) {
                case "fail" -> new Result(Status.FAILED, "error");
                case "loop" -> new Result(Status.TIMED_OUT, "");
                case "down" -> new Result(Status.UNAVAILABLE, "no container");
                default -> new Result(Status.FINISHED, code + "  \n");
            };
        }
    }

    /** Knows one integral, fails on another and never ends on a third. */
    public static final class Integrals implements SymbolicEquality {

        @Override
        public Outcome compare(String predicted, String gold) {
            if (predicted.contains("fail")) {
                throw new IllegalStateException("no rule");
            }
            try {
                Thread.sleep(predicted.contains("ever") ? 60_000 : 0);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return predicted.equals("\\int_0^1 x dx") ? Outcome.EQUAL : Outcome.UNDECIDED;
        }
    }

    private <T> T with(Class<?> service, Class<?> implementation, Callable<T> code) throws Exception {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve(service.getName()), implementation.getName());
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()}, before)) {
            thread.setContextClassLoader(loader);
            return code.call();
        } catch (IOException e) {
            throw new AssertionError(e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Test
    void aProgramIsRightIfItPrintsTheAnswer() throws Exception {
        RewardVerifier reward = with(CodeSandbox.class, WordSandbox.class, () -> RewardVerifiers.create("code-output"));
        assertThat(reward.verify(boxed("hello", "hello\n"))).isEqualTo(right());
        assertThat(reward.verify(boxed("```python\nhello\n```", "hello"))).isEqualTo(right());
        assertThat(reward.verify(boxed("bye", "hello"))).isEqualTo(wrong("wrong-output"));
        assertThat(reward.verify(boxed("fail", "hello"))).isEqualTo(wrong("program-failed"));
        assertThat(reward.verify(boxed("loop", "hello"))).isEqualTo(wrong("program-timed-out"));
        assertThat(reward.verify(boxed("down", "hello"))).isInstanceOf(Verdict.Abstained.class);
        ((AutoCloseable) reward).close();
    }

    @Test
    void aSandboxIsChosenByName() throws Exception {
        assertThatThrownBy(() ->
                        with(CodeSandbox.class, WordSandbox.class, () -> create("code-output", "sandbox", "docker")))
                .hasMessageContaining("no sandbox is named \"docker\"; available: words");
        assertThat(with(CodeSandbox.class, WordSandbox.class, () -> create("code-output", "sandbox", "words")))
                .isNotNull();
        assertThatThrownBy(() ->
                        with(CodeSandbox.class, WordSandbox.class, () -> create("code-output", "time-limit", "0")))
                .hasMessageContaining("whole number of seconds");
    }

    @Test
    void algebraOfTheApplicationIsAskedWithinALimit() throws Exception {
        RewardVerifier reward =
                with(SymbolicEquality.class, Integrals.class, () -> create("math-answer", "time-limit", "1"));
        assertThat(reward.verify(boxed("\\int_0^1 x dx", "\\frac{1}{2}"))).isEqualTo(right());
        assertThat(reward.verify(boxed("0.7", "0.5"))).isEqualTo(wrong("wrong-answer"));
        assertThat(reward.verify(boxed("\\int fail", "0.5"))).isInstanceOf(Verdict.Abstained.class);
        assertThat(reward.verify(boxed("\\int ever", "0.5"))).isInstanceOf(Verdict.Abstained.class);
    }

    @Test
    void aBrokenServiceIsNamed() {
        assertThatThrownBy(() -> with(
                        SymbolicEquality.class, AnswerRewardsTest.class, () -> RewardVerifiers.create("math-answer")))
                .isInstanceOf(RewardException.class)
                .hasMessageContaining("AnswerRewardsTest");
    }
}
