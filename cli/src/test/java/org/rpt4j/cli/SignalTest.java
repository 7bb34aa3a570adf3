package org.rpt4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.RunConfigurationBuilder;
import org.rpt4j.run.config.section.EvaluationKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.TrainingKeys;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.directory.RecordedSetting;
import org.rpt4j.run.directory.RunEnd;
import org.rpt4j.run.tiny.TinyCheckpoint;
import org.rpt4j.run.tiny.TinyRuns;

/** A command that a signal stops saves what it has, says how to go on, and what goes on ends as if never stopped. */
@DisabledOnOs(OS.WINDOWS)
class SignalTest {

    private static final long STEPS = 200;
    private static final int COPIES = 20;

    @TempDir
    private Path folder;

    private TinyRuns runs;

    @BeforeEach
    void writeModelAndCorpus() throws IOException {
        runs = TinyRuns.in(Files.createDirectory(folder.resolve("it's a folder")));
    }

    private Path run(String name) {
        return runs.folder().resolve(name);
    }

    private Path log(String name) {
        return folder.resolve(name + ".log");
    }

    @Test
    void aRunSavesAndResumes() throws Exception {
        Path whole = run("whole");
        Path parts = run("parts");
        TinyRuns.run(training(whole));

        ChildProcess stopped = stopped("INT", 130, parts);
        long saved =
                TinyRuns.checkpoints(parts).latest().orElseThrow().manifest().nextStep();
        assertThat(stopped.next()).isEqualTo("rpt4j resume " + NextCommand.quoted(parts.toString()));

        ChildProcess resumed = ChildProcess.shell(log("resumed"), stopped.next());
        assertThat(resumed.exitCode()).as(resumed::output).isZero();
        assertThat(resumed.output()).contains("Resuming at step " + saved + ".");
        TinyRuns.assertSame(parts, whole);
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "HUP, 129"})
    void everySignalIsTheSameButForItsExitCode(String signal, int code) throws Exception {
        assertThat(stopped(signal, code, run("run")).next()).contains(" resume ");
    }

    /** A run that was stopped after its third step. */
    private ChildProcess stopped(String signal, int code, Path run) throws Exception {
        ChildProcess stopped = ChildProcess.start(log("run"), "run", "--config", write(training(run)))
                .signal(signal, () -> lines(run.resolve("metrics.jsonl")) > 2);
        assertThat(stopped.exitCode()).as(stopped::output).isEqualTo(code);
        long saved = TinyRuns.checkpoints(run).latest().orElseThrow().manifest().nextStep();
        assertThat(saved).isBetween(3L, STEPS - 1);
        assertThat(RecordedRun.open(run).outcome().orElseThrow().outcome()).isEqualTo(RunEnd.Outcome.CANCELLED);
        assertThat(stopped.output())
                .contains("SIG" + signal + " received")
                .contains("The run was stopped before step " + saved + ".")
                .doesNotContain("unexpected");
        return stopped;
    }

    /** Nothing is trained yet; the run has a checkpoint before its first step all the same. */
    @Test
    void aRunThatIsStoppedBeforeItsFirstStepResumes() throws Exception {
        Path run = run("run");
        Path file = write(runs.configuration(run)
                .set(TrainingKeys.STEPS, 2L)
                .set(EvaluationKeys.TEMPERATURE, 1.0)
                .set(EvaluationKeys.SAMPLES, 40_000));
        ChildProcess stopped = ChildProcess.start(log("run"), "run", "--config", file)
                .signal("INT", () -> Files.exists(run.resolve("metrics.jsonl")));
        assertThat(stopped.exitCode()).as(stopped::output).isEqualTo(130);
        assertThat(TinyRuns.checkpoints(run).steps()).as(stopped::output).contains(0L);
        assertThat(RecordedRun.open(run).outcome().orElseThrow().outcome()).isEqualTo(RunEnd.Outcome.CANCELLED);
        assertThat(stopped.next()).contains(" resume ");
    }

    @Test
    void aRunThatIsStoppedWhileItScoresContinuesThere() throws Exception {
        Path whole = run("whole");
        Path parts = run("parts");
        copyCorpus();
        RunConfigurationBuilder configuration = runs.configuration(whole).set(TrainingKeys.STEPS, 2L);
        TinyRuns.run(configuration);
        Path file = write(configuration);
        ChildProcess stopped = ChildProcess.start(log("parts"), "run", "--config", file, "--run.directory", parts)
                .signal("TERM", () -> size(parts.resolve("scores.record")) > 1);
        assertThat(stopped.exitCode()).as(stopped::output).isEqualTo(143);
        assertThat(stopped.next()).startsWith("rpt4j run --config ");
        ChildProcess continued = ChildProcess.shell(log("continued"), stopped.next());
        assertThat(continued.exitCode()).as(continued::output).isZero();
        assertThat(continued.output()).contains("Continuing from " + parts.resolve("scores.record"));
        TinyRuns.assertSame(parts, whole);
        assertThat(parts.resolve("scores.record")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"dataset, tasks.jsonl", "score, scores.jsonl", "evaluate, report.json"})
    void aCorpusThatIsBeingScoredContinuesWithTheSameBits(String command, String name) throws Exception {
        copyCorpus();
        Path whole = run("whole-" + name);
        Path parts = run("parts-" + name);
        Path record = run("parts-" + name + ".record");
        assertThat(Cli.run(arguments(command, whole)).code()).isZero();
        ChildProcess stopped =
                ChildProcess.start(log("parts"), arguments(command, parts)).signal("INT", () -> size(record) > 1);
        assertThat(stopped.exitCode()).as(stopped::output).isEqualTo(130);
        assertThat(parts).doesNotExist();
        assertThat(stopped.output()).contains("interrupted").doesNotContain("unexpected");
        ChildProcess continued = ChildProcess.shell(log("continued"), stopped.next());
        assertThat(continued.exitCode()).as(continued::output).isZero();
        assertThat(continued.output()).contains("Continuing from " + record);
        assertThat(parts).hasSameBinaryContentAs(whole);
        try (Stream<Path> left = Files.list(runs.folder())) {
            assertThat(left.map(file -> file.getFileName().toString()))
                    .noneMatch(file -> file.endsWith(".record") || file.endsWith(".tmp"));
        }
    }

    @Test
    void aTextThatIsBeingWrittenEndsWhereItIs() throws Exception {
        Path log = log("text");
        ChildProcess stopped = ChildProcess.start(
                        log,
                        "reason",
                        "--model.directory",
                        runs.model(),
                        "--backend.name",
                        "reference",
                        "--prompt",
                        TinyCheckpoint.text(0),
                        "--instruction",
                        runs.folder().resolve("next.txt"),
                        "--mode",
                        "every-token")
                .signal("INT", () -> size(log) > 3);
        assertThat(stopped.exitCode()).as(stopped::output).isEqualTo(130);
        assertThat(stopped.output()).contains("interrupted").doesNotContain("unexpected");
        assertThat(stopped.next()).startsWith("rpt4j reason ");
    }

    private Object[] arguments(String command, Path out) {
        List<Object> arguments = new ArrayList<>(List.of(command, "--model.directory", runs.model()));
        arguments.addAll(List.of("--backend.name", "reference", "--files", runs.corpus(), "--text-fields", "story"));
        if (command.equals("evaluate")) {
            arguments.addAll(List.of("--max-tokens", 2, "--evaluation.tasks", 2, "--instruction"));
            arguments.add(runs.folder().resolve("next.txt"));
        }
        arguments.addAll(List.of("--out", out));
        return arguments.toArray();
    }

    /** Many times the same stories: enough that a signal meets the scoring under way. */
    private void copyCorpus() throws IOException {
        TinyCheckpoint.writeCorpus(runs.corpus(), 20);
        byte[] once = Files.readAllBytes(runs.corpus());
        for (int copy = 1; copy < COPIES; copy++) {
            Files.write(runs.corpus(), once, StandardOpenOption.APPEND);
        }
    }

    private RunConfigurationBuilder training(Path run) {
        return runs.configuration(run)
                .set(TrainingKeys.STEPS, STEPS)
                .set(EvaluationKeys.EVERY_STEPS, 100L)
                .set(RunKeys.SAVE_EVERY, 0L);
    }

    private Path write(RunConfigurationBuilder builder) throws IOException {
        RunConfiguration configuration = builder.build();
        StringBuilder lines = new StringBuilder();
        for (RecordedSetting setting : configuration.settings()) {
            if (setting.isGiven()) {
                lines.append(setting.name()).append('=').append(setting.value()).append('\n');
            }
        }
        Path file = runs.folder().resolve(configuration.get(RunKeys.DIRECTORY).getFileName() + ".properties");
        return Files.writeString(file, lines);
    }

    private static long lines(Path file) throws IOException {
        try (Stream<String> lines = Files.exists(file) ? Files.lines(file) : Stream.empty()) {
            return lines.count();
        }
    }

    private static long size(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }
}
