package org.rpt4j.run.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.rpt4j.run.tiny.TinyRuns.STEPS;
import static org.rpt4j.run.tiny.TinyRuns.assertSame;
import static org.rpt4j.run.tiny.TinyRuns.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.run.config.RunConfigurationBuilder;
import org.rpt4j.run.config.section.ObjectiveKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.ValidationKeys;
import org.rpt4j.run.resume.CheckpointStore;
import org.rpt4j.run.tiny.TinyRuns;

/** Runs whose reference becomes the present policy every two steps. */
class ReferenceTest {

    @TempDir
    private Path folder;

    private TinyRuns runs;

    @BeforeEach
    void writeModelAndCorpus() throws IOException {
        runs = TinyRuns.in(folder);
    }

    private static RunConfigurationBuilder renewing(RunConfigurationBuilder configuration) {
        return configuration
                .set(ObjectiveKeys.KL_WEIGHT, 0.5)
                .set(ObjectiveKeys.KL_RESET_STEPS, 2L)
                .set(ValidationKeys.KEEP_BEST, false)
                .set(RunKeys.BACKGROUND_CHECKPOINTS, false);
    }

    private CheckpointStore references(Path run) {
        return new CheckpointStore(run.resolve("references"));
    }

    @Test
    void everyStepCanBeResumedFrom() throws IOException {
        run(renewing(runs.configuration("whole")));
        assertThat(references(folder.resolve("whole")).steps()).containsExactly(2L, 4L);
        List<Long> steps = runs.checkpoints("whole").steps();
        assertThat(steps).endsWith(STEPS).hasSizeGreaterThan(2);
        for (long step : steps) {
            Path killed = runs.killed("whole", step, "killed-" + step);
            run(renewing(runs.configuration(killed)).set(RunKeys.RESUME, true));
            assertSame(killed, folder.resolve("whole"));
        }
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .noneMatch(name -> name.endsWith(".empty-moments.tmp"));
        }
    }

    /** The penalty and the moments change what is learned, and the reference is the policy of that moment. */
    @Test
    void aRenewalChangesTheRunFromItsStepOn() throws IOException {
        run(renewing(runs.configuration("renewed")));
        run(renewing(runs.configuration("kept")).set(ObjectiveKeys.KL_RESET_STEPS, 0L));
        assertThat(weights("renewed/references/step-000000004"))
                .isEqualTo(weights("renewed/checkpoints/step-000000004/model"));
        assertThat(weights("renewed/checkpoints/step-000000002/model"))
                .isEqualTo(weights("kept/checkpoints/step-000000002/model"));
        assertThat(weights("renewed/checkpoint")).isNotEqualTo(weights("kept/checkpoint"));
        assertThat(folder.resolve("kept/references")).doesNotExist();
    }

    private byte[] weights(String directory) throws IOException {
        return Files.readAllBytes(folder.resolve(directory).resolve("model.safetensors"));
    }

    @Test
    void referencesThatNoCheckpointNeedsAreRemoved() {
        run(renewing(runs.configuration("run")).set(RunKeys.KEEP_CHECKPOINTS, 1).set(ObjectiveKeys.KL_RESET_STEPS, 1L));
        assertThat(references(folder.resolve("run")).steps()).containsExactly(STEPS - 2, STEPS - 1);
    }

    @Test
    void aReferenceThatIsGoneIsNamed() throws IOException {
        run(renewing(runs.configuration("whole")));
        Path killed = runs.killed("whole", 4, "killed");
        Files.move(killed.resolve("references"), folder.resolve("elsewhere"));
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> run(renewing(runs.configuration(killed)).set(RunKeys.RESUME, true)))
                .withMessageContaining("The reference of the run became the policy before step 2")
                .withMessageContaining("Restore the folder from a copy, or start a new run");
    }
}
