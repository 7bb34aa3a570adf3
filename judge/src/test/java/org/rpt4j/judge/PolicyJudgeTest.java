package org.rpt4j.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.BackendNotFoundException;
import org.rpt4j.core.tokenize.TinyTokenizers;
import org.rpt4j.model.format.Architecture;
import org.rpt4j.model.format.CheckpointInitializer;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.RopeScaling;

/** A model with random weights on the reference backend: it answers noise, the same noise every time. */
class PolicyJudgeTest {

    private static final int WINDOW = 64;

    @TempDir
    private Path directory;

    @BeforeEach
    void writeModel() {
        TinyTokenizers.byteLevel(directory, List.of(), List.of("<|end|>"));
        ModelConfig config = new ModelConfig(
                Architecture.QWEN3,
                257,
                16,
                24,
                1,
                2,
                1,
                8,
                WINDOW,
                1e-6,
                10_000,
                new RopeScaling.None(),
                true,
                false,
                false,
                true,
                List.of(256));
        CheckpointInitializer.initialize(directory, config, 5);
    }

    private Judge open(String votes) {
        return JudgeOptions.parse(Map.of(
                        "backend", "reference", "model", directory.toString(), "votes", votes, "max-tokens", "6"))
                .open(Map.of());
    }

    @Test
    void anAnswerDependsOnTheQuestionAndTheVoteAlone() {
        try (Judge judge = open("3")) {
            Judge.Reply alone = judge.ask(List.of("Second?")).get(0);
            List<Judge.Reply> together = judge.ask(List.of("First?", "Second?"));
            assertThat(together.get(1)).isEqualTo(alone).isNotEqualTo(together.get(0));
            assertThat(alone).isInstanceOfSatisfying(Judge.Reply.Answered.class, answered -> {
                assertThat(answered.texts()).hasSize(3).doesNotHaveDuplicates();
                assertThat(answered.promptTokens()).isEqualTo("Second?".length() + 2L);
                assertThat(answered.completionTokens()).isBetween(3L, 18L);
            });
            assertThat(judge.identity()).contains(directory.toString()).contains("votes=3");
        }
        try (Judge judge = open("1")) {
            assertThat(judge.ask(List.of("First?"))).isEqualTo(judge.ask(List.of("First?")));
        }
    }

    @Test
    void aQuestionThatDoesNotFitIsNotAsked() {
        try (Judge judge = open("1")) {
            List<Judge.Reply> replies = judge.ask(List.of("x".repeat(WINDOW), "Short?"));
            assertThat(replies.get(0))
                    .isInstanceOfSatisfying(
                            Judge.Reply.Failed.class,
                            failed -> assertThat(failed.cause()).contains("the judge has room for " + WINDOW));
            assertThat(replies.get(1)).isInstanceOf(Judge.Reply.Answered.class);
        }
    }

    @Test
    void aBackendThatIsNotThereIsNamed() {
        JudgeOptions options = JudgeOptions.parse(Map.of("backend", "nativ", "model", directory.toString()));
        assertThatThrownBy(() -> options.open(Map.of()))
                .isInstanceOf(BackendNotFoundException.class)
                .hasMessageContaining("\"nativ\"");
    }
}
