package org.rpt4j.core.reward;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.Attempt;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.GroundTruth;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.Verdict;
import org.rpt4j.core.prompt.ThoughtFormat;
import org.rpt4j.core.prompt.ThoughtRule;
import org.rpt4j.core.task.kind.GroundTruths;
import org.rpt4j.core.tokenize.Tokenizer;

/** Unintended ways to get a reward, from the completion to the verdict. */
class RewardPitfallsTest {

    private static Tokenizer tokenizer;

    @BeforeAll
    static void open(@TempDir Path directory) {
        tokenizer = Toy.withThinkTokens(directory);
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    private static Verdict.Scored judge(String truth, FinishReason finish, int... completion) {
        int[] tokens = tokenizer.encode(truth);
        GroundTruth continuation = GroundTruths.of(tokenizer, tokens);
        PredictionTask task = new PredictionTask(1, "d", 1, new int[] {1}, tokens[0], continuation, 1);
        Rollout rollout = Toy.rollout(finish, completion);
        Attempt attempt = new Attempt(task, Toy.PROMPT, rollout, new AnswerExtractor(tokenizer).extract(rollout));
        return (Verdict.Scored) new PrefixMatchVerifier().verify(attempt);
    }

    private static Verdict.Scored judge(String truth, String completion) {
        return judge(truth, FinishReason.STOP_TOKEN, tokenizer.encodeWithSpecials(completion));
    }

    @Test
    void anEmptyBoxIsWorthNothing() {
        assertThat(judge("ab", "</think>\\boxed{}")).isEqualTo(new Verdict.Scored(0, RewardReason.EMPTY));
    }

    @Test
    void aBoxInsideTheThoughtIsIgnored() {
        assertThat(judge("ab", "\\boxed{a}</think>so").reason()).isEqualTo(RewardReason.NO_BOX);
        assertThat(judge("ab", "\\boxed{a}").reason()).isEqualTo(RewardReason.NO_THINK_END);
        assertThat(judge("ab", "\\boxed{a}</think>\\boxed{x}").reward()).isZero();
    }

    @Test
    void aListOfGuessesIsJudgedByItsLast() {
        assertThat(judge("ab", "</think>\\boxed{a}\\boxed{x}").reward()).isZero();
        assertThat(judge("ab", "</think>\\boxed{a \\boxed{x}").reward()).isZero();
    }

    @Test
    void nestedBracesBelongToTheContent() {
        assertThat(judge("{a}b", "</think>\\boxed{{a}}").reward()).isEqualTo(1);
        assertThat(judge("{a}b", "</think>\\boxed{{a}").reason()).isEqualTo(RewardReason.UNBALANCED);
    }

    @Test
    void halfACharacterIsNotTheReplacementCharacter() {
        int end = tokenizer.addedIdOf("</think>").orElseThrow();
        int open = tokenizer.idOf("\\boxed{").orElseThrow();
        String llama = "\ud83e\udd99";
        int[] bytes = tokenizer.encode(llama);
        assertThat(bytes).hasSize(4);
        assertThat(judge(llama, FinishReason.STOP_CONDITION, end, open, bytes[0], bytes[1], '}')
                        .reward())
                .as("the character is two tokens, and half of it is a correct prediction")
                .isEqualTo(1);
        assertThat(judge(llama, "</think>\\boxed{\uFFFD}").reason())
                .as("what half a character would be decoded to is not its bytes")
                .isEqualTo(RewardReason.NOT_PREFIX);
        assertThat(judge("\uFFFDa", "</think>\\boxed{\uFFFD}").reward()).isEqualTo(1);
    }

    @Test
    void everyRewardHasItsReason() {
        Map<String, RewardReason> expected = new LinkedHashMap<>();
        expected.put("</think>\\boxed{ab}", RewardReason.HIT);
        expected.put("</think>\\boxed{x}", RewardReason.NOT_PREFIX);
        expected.put("</think>\\boxed{}", RewardReason.EMPTY);
        expected.put("\\boxed{ab}", RewardReason.NO_THINK_END);
        expected.put("</think>ab", RewardReason.NO_BOX);
        expected.put("</think>\\boxed{ab", RewardReason.UNBALANCED);
        Set<RewardReason> seen = new TreeSet<>();
        expected.forEach((completion, reason) -> {
            Verdict.Scored verdict = judge("ab", completion);
            assertThat(verdict)
                    .as(completion)
                    .isEqualTo(new Verdict.Scored(reason == RewardReason.HIT ? 1 : 0, reason));
            seen.add(verdict.reason());
        });
        GroundTruth word = new GroundTruth("cat".getBytes(UTF_8), new int[] {3});
        PredictionTask task = new PredictionTask(1, "d", 1, new int[] {1}, 0, word, 1);
        Rollout part = Toy.rollout(tokenizer, "</think>\\boxed{ca}");
        Attempt attempt = new Attempt(task, Toy.PROMPT, part, new AnswerExtractor(tokenizer).extract(part));
        seen.add(((Verdict.Scored) new PrefixMatchVerifier().verify(attempt)).reason());
        seen.add(judge("ab", FinishReason.LENGTH, tokenizer.encodeWithSpecials("</think>\\boxed{ab"))
                .reason());
        Rollout bare = Toy.rollout(tokenizer, "\\boxed{ab}");
        ThoughtFormat unmarked = ThoughtFormat.of(ThoughtRule.UNMARKED, tokenizer);
        AnswerExtractor unmarkedThoughts = new AnswerExtractor(tokenizer, BoxRule.BALANCED, unmarked);
        Attempt thoughtless = new Attempt(task, Toy.PROMPT, bare, unmarkedThoughts.extract(bare));
        seen.add(((Verdict.Scored) new PrefixMatchVerifier().verify(thoughtless)).reason());
        Set<RewardReason> expectedReasons = new TreeSet<>(RewardReason.constants());
        expectedReasons.remove(RewardReason.CUSTOM);
        assertThat(seen).containsExactlyInAnyOrderElementsOf(expectedReasons);
    }
}
