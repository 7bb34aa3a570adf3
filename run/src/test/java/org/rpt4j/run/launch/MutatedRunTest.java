package org.rpt4j.run.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.core.dataset.JsonMutations;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.directory.RecordingPosition;
import org.rpt4j.run.health.HealthState;
import org.rpt4j.run.report.RunReport;
import org.rpt4j.run.resume.CheckpointManifest;
import org.rpt4j.run.resume.SavedCheckpoint;
import org.rpt4j.run.tiny.TinyRuns;

/** Every field of every file of a run, wrong in every way. */
class MutatedRunTest {

    @TempDir
    private static Path folder;

    private static Path run;
    private static SavedCheckpoint checkpoint;

    @BeforeAll
    static void run() throws IOException {
        TinyRuns runs = TinyRuns.in(folder);
        TinyRuns.run(runs.configuration("run"));
        run = folder.resolve("run");
        checkpoint = runs.checkpoints("run").latest().orElseThrow();
    }

    /** Reads and shows all that the directory holds. */
    private static void readAll() {
        RecordedRun recorded = RecordedRun.open(run);
        String all = recorded.provenance().toString()
                + recorded.configuration()
                + recorded.outcome()
                + recorded.steps()
                + recorded.events()
                + recorded.rollouts();
        assertThat(all).isNotEmpty();
        assertThat(RunReport.html(recorded)).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({"run.json", "outcome.json", "configuration.json"})
    void everyFieldOfAFileIsChecked(String name) throws Exception {
        Path file = run.resolve(name);
        String before = Files.readString(file);
        boolean isList = name.equals("configuration.json");
        String json = isList ? before.substring(before.indexOf('{'), before.indexOf('}') + 1) : before;
        try {
            int refused = new JsonMutations(StorageException.class, Set.of("status", "given", "derived"), Set.of())
                    .check(name, json, changed -> {
                        Files.writeString(file, isList ? "[" + changed + "]" : changed);
                        readAll();
                    });
            assertThat(refused).isGreaterThan(30);
        } finally {
            Files.writeString(file, before);
        }
    }

    @ParameterizedTest
    @CsvSource({"metrics.jsonl", "events.jsonl", "evaluations.jsonl", "rollouts.jsonl", "responses.jsonl"})
    void everyFieldOfALineIsChecked(String name) throws Exception {
        Path file = run.resolve(name);
        List<String> lines = Files.readAllLines(file);
        String before = Files.readString(file);
        try {
            // Rates of an evaluation are calculated from its outcomes, whether a response hits from its reason.
            Set<String> ignored = Set.of("splits", "message", "hit");
            Set<String> nullable = Set.of("entropy", "reward", "prediction", "standardSeconds", "reasoningSeconds");
            int refused = new JsonMutations(StorageException.class, ignored, nullable)
                    .check(name + ", line 1", lines.get(0), changed -> {
                        List<String> all = new ArrayList<>(lines);
                        all.set(0, changed);
                        Files.write(file, all);
                        readAll();
                    });
            assertThat(refused).isGreaterThan(100);
        } finally {
            Files.writeString(file, before);
        }
    }

    @Test
    void aMetricOfAReasonThatIsNoNameIsRefused() throws Exception {
        Path file = run.resolve("metrics.jsonl");
        String before = Files.readString(file);
        try {
            Files.writeString(file, before.replaceFirst("\"reason/HIT\"", "\"reason//hit\""));
            assertThatThrownBy(MutatedRunTest::readAll)
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("metrics.jsonl, line 1")
                    .hasMessageContaining("the reward reason \"/hit\" is not a name");
        } finally {
            Files.writeString(file, before);
        }
    }

    @Test
    void everyFieldOfACheckpointIsChecked() throws Exception {
        for (String name : List.of("manifest.json", "trainer.json", "pass-rates.json")) {
            Path file = checkpoint.directory().resolve(name);
            String before = Files.readString(file);
            new JsonMutations(CheckpointException.class, Set.of("owed", "boxed", "missing", "abstained"), Set.of())
                    .check(name, before, changed -> {
                        Files.writeString(file, changed);
                        CheckpointManifest.read(checkpoint.directory().resolve("manifest.json"));
                        assertThat(checkpoint.trainer().toString()).isNotEmpty();
                    });
            Files.writeString(file, before);
        }
    }

    @Test
    void everyFieldOfThePartsIsChecked() throws Exception {
        String recording = new String(checkpoint.part(RecordingPosition.PART).orElseThrow(), StandardCharsets.UTF_8);
        int refused = new JsonMutations(CheckpointException.class, Set.of("sha256"), Set.of())
                .check(
                        "recording",
                        recording,
                        changed -> RecordingPosition.parse(changed.getBytes(StandardCharsets.UTF_8)));
        assertThat(refused).isGreaterThan(100);
        String health = """
                {"rules":{"GRADIENT_SPIKE":{"recent":[0.5,1.5],"level":0.25,"raised":false,"quietSteps":3}}}""";
        refused = new JsonMutations(CheckpointException.class, Set.of(), Set.of())
                .check("health", health, changed -> HealthState.parse(changed.getBytes(StandardCharsets.UTF_8)));
        assertThat(refused).isGreaterThan(50);
    }
}
