package org.rpt4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.tiny.TinyCheckpoint;

/** {@code warm-up}: from a file of thought traces to a trained checkpoint. */
class WarmUpCommandTest {

    @TempDir
    private static Path folder;

    private static Path model;
    private static Path traces;
    private static Path instruction;

    @BeforeAll
    static void writeModelAndTraces() throws IOException {
        model = TinyCheckpoint.write(folder.resolve("model"));
        instruction = Files.writeString(folder.resolve("next.txt"), "Next? {context}");
        traces = Files.writeString(
                folder.resolve("traces.jsonl"),
                "{\"context\": \"One two\", \"thought\": \"It counts.\", \"prediction\": \" three\"}\n"
                        + "{\"prompt\": \"1+1?\", \"thought\": \"Two.\", \"answer\": \"\\\\boxed{2}\"}\n");
    }

    private static Cli warmUp(Object... more) {
        List<Object> arguments = new ArrayList<>(List.of(
                "warm-up", "--backend.name", "reference", "--model.directory", model, "--instruction", instruction));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray());
    }

    @Test
    void tracesBecomeACheckpoint() {
        Path run = folder.resolve("warm");
        Cli done = warmUp("--traces.paths", traces, "--epochs", 3, "--run.directory", run);

        assertThat(done.err()).contains("Learns 2 thought traces of 2 prompts.", "report: ");
        assertThat(done.code()).isZero();
        assertThat(run.resolve("checkpoint/model.safetensors")).isNotEmptyFile();
        assertThat(RecordedRun.open(run).configuration()).anySatisfy(setting -> {
            assertThat(setting.name()).isEqualTo("training.method");
            assertThat(setting.value()).isEqualTo("SUPERVISED");
        });
    }

    @Test
    void theDryRunSaysWhatIsKnownBeforeTheTracesAreRead() {
        Cli described = warmUp("--traces.paths", traces, "--run.directory", folder.resolve("dry"), "--dry-run");
        assertThat(described.out()).contains("a cold start on thought traces");
        assertThat(described.code()).isZero();
    }

    @Test
    void theMethodIsNotForChoice() {
        Cli refused = warmUp("--traces.paths", traces, "--training.method", "NEXT_TOKEN", "--run.directory", "x");
        assertThat(refused.err()).contains("'warm-up' sets training.method to SUPERVISED", "Use 'run'");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(warmUp("--traces.paths", traces, "--set", "training.method=SUPERVISED")
                        .err())
                .contains("'warm-up' sets training.method");
    }

    @Test
    void withoutThoughtsThereIsNothingToDo() {
        Cli refused = warmUp("--run.directory", folder.resolve("nothing"));
        assertThat(refused.err()).contains("there are no thoughts to learn", "traces.paths");
        assertThat(refused.code()).isEqualTo(2);
    }

    @Test
    void aMalformedTraceIsNamedWithItsLine() throws IOException {
        Path bad = Files.writeString(folder.resolve("bad.jsonl"), "{\"context\": \"One\"}\n");
        Cli refused = warmUp("--traces.paths", bad, "--run.directory", folder.resolve("bad"));
        assertThat(refused.err()).contains("bad.jsonl, line 1", "prediction");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(folder.resolve("bad/run.json")).doesNotExist();
    }
}
