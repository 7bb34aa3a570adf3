package org.rpt4j.run.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rpt4j.run.tiny.TinyRuns.assertSame;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rpt4j.api.error.ContextOverflowException;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.RunConfigurationBuilder;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.PromptKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.SelectionKeys;
import org.rpt4j.run.config.section.TaskKeys;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.tiny.Cancelling;
import org.rpt4j.run.tiny.TinyRuns;

/** Every kind of tasks through the same configuration, trainer and checkpoints. */
class TaskKindRunTest {

    @TempDir
    private Path folder;

    private TinyRuns runs;

    @BeforeEach
    void writeModelAndCorpus() throws IOException {
        runs = TinyRuns.in(folder);
        Files.writeString(folder.resolve("both.txt"), "Gap? {before}_{after}");
    }

    private RunConfigurationBuilder tasks(String kind, String instruction, String name) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 6; i++) {
            lines.append("{\"story\": \"A cat sat. It saw a dog ").append(i).append(". They ran.\"}\n");
        }
        return runs.configuration(name)
                .set(
                        CorpusKeys.FILES,
                        List.of(Files.writeString(folder.resolve("b.jsonl"), lines)
                                .toString()))
                .set(TaskKeys.KIND, kind)
                .set(SelectionKeys.MIN_CONTEXT, 2)
                .set(SelectionKeys.CONTINUATION, 16)
                .set(PromptKeys.INSTRUCTION, folder.resolve(instruction).toString());
    }

    @ParameterizedTest
    @CsvSource({
        "next-segment, next.txt",
        "middle-segment, both.txt",
        "masked-span, both.txt",
        "next-sentence, both.txt",
        "multiple-choice, both.txt",
        "own, next.txt"
    })
    void aRunOfAnyKindResumesBitForBit(String kind, String instruction) throws IOException {
        RunConfigurationBuilder whole = tasks(kind, instruction, "whole");
        if (instruction.equals("both.txt")) {
            whole.set(TaskKeys.AFTER, kind.equals("multiple-choice") ? 60 : 16);
        }
        TinyRuns.run(whole);
        RunConfigurationBuilder parts = whole.set(RunKeys.DIRECTORY, folder.resolve("parts"));
        new ConfiguredRun(parts.build(), new Cancelling(3)).run();
        TinyRuns.run(parts.set(RunKeys.RESUME, true));

        assertSame(folder.resolve("parts"), folder.resolve("whole"));
        assertThat(RecordedRun.open(folder.resolve("whole")).responses())
                .isNotEmpty()
                .allSatisfy(trace -> assertThat(trace.prompt()).contains("? " + trace.context()));
    }

    @Test
    void aCorpusWithoutSuchTasksIsExplained() throws IOException {
        Path single = Files.writeString(folder.resolve("c.jsonl"), "{\"story\": \"Only one sentence here.\"}\n");
        RunConfigurationBuilder segments =
                tasks("next-segment", "next.txt", "none").set(CorpusKeys.FILES, List.of(single.toString()));
        assertThatThrownBy(() -> TinyRuns.run(segments))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("None of the 1 documents")
                .hasMessageContaining("a sentence with enough text before it");
    }

    @Test
    void textAfterTheGapThatDoesNotFitIsRefused() throws IOException {
        RunConfigurationBuilder masks = tasks("masked-span", "both.txt", "long").set(TaskKeys.AFTER, 100_000);
        assertThatThrownBy(() -> TinyRuns.run(masks))
                .isInstanceOf(ContextOverflowException.class)
                .hasMessageContaining("tasks.after-tokens takes 100000");
    }

    @Test
    void theInstructionFollowsTheKindOfTheTasks() {
        RunConfiguration configuration = RunConfiguration.builder()
                .set(ModelKeys.DIRECTORY, runs.model())
                .set(CorpusKeys.FILES, List.of("c.txt"))
                .set(TaskKeys.KIND, "masked-span")
                .build();
        assertThat(configuration.get(PromptKeys.INSTRUCTION)).isEqualTo("masked-span");
        assertThat(configuration.instruction().template()).contains("{before}", "{after}");
    }
}
