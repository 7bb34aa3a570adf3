package org.rpt4j.run.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.rpt4j.run.tiny.TinyRuns.assertSame;
import static org.rpt4j.run.tiny.TinyRuns.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.core.dataset.Shard;
import org.rpt4j.core.phase.Progress;
import org.rpt4j.run.config.RunConfigurationBuilder;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.SelectionKeys;
import org.rpt4j.run.config.section.TaskKeys;
import org.rpt4j.run.directory.RunDirectory;
import org.rpt4j.run.tiny.Cancelling;
import org.rpt4j.run.tiny.TinyCheckpoint;
import org.rpt4j.run.tiny.TinyRuns;

/** A run that resumes takes its tasks from its directory. */
class KeptTasksTest {

    private static final String KEPT = "The tasks are those that the run directory has kept.";

    @TempDir
    private Path folder;

    private TinyRuns runs;
    private Path store;

    @BeforeEach
    void writeModelAndCorpus() throws IOException {
        runs = TinyRuns.in(folder);
        store = RunDirectory.tasks(folder.resolve("parts"));
    }

    /** Hears whether a run read its corpus to make tasks, and what it noted. */
    private static final class Heard implements RunObserver {

        private final List<String> notes = new ArrayList<>();
        private boolean scored;

        @Override
        public void noted(String note) {
            notes.add(note);
        }

        @Override
        public void scoring(Progress progress) {
            scored = true;
        }
    }

    private RunConfigurationBuilder parts() {
        return runs.configuration("parts");
    }

    private RunConfigurationBuilder resuming() {
        return parts().set(RunKeys.RESUME, true);
    }

    private void cancel(RunConfigurationBuilder configuration) {
        new ConfiguredRun(configuration.build(), new Cancelling(3)).run();
    }

    private static Heard heard(RunConfigurationBuilder configuration) {
        Heard heard = new Heard();
        new ConfiguredRun(configuration.build(), heard).run();
        return heard;
    }

    @Test
    void aResumedRunDoesNotScoreItsCorpusAgain() {
        run(runs.configuration("whole"));
        cancel(parts());
        assertThat(store).isRegularFile();
        Heard heard = heard(resuming());
        assertThat(heard.scored).isFalse();
        assertThat(heard.notes).contains(KEPT);
        assertSame(folder.resolve("parts"), folder.resolve("whole"));
    }

    @Test
    void tasksOfWholeDocumentsAreKeptToo() {
        cancel(parts().set(TaskKeys.KIND, "next-segment"));
        Heard heard = heard(resuming().set(TaskKeys.KIND, "next-segment"));
        assertThat(heard.scored).isFalse();
        assertThat(heard.notes).contains(KEPT);
    }

    @Test
    void withoutTheStoreTheTasksAreMadeAgain() throws IOException {
        run(runs.configuration("whole"));
        cancel(parts());
        Files.delete(store);
        assertThat(heard(resuming()).scored).isTrue();
        assertThat(store).isRegularFile();
        assertSame(folder.resolve("parts"), folder.resolve("whole"));
    }

    @Test
    void aDamagedStoreIsRefusedByName() throws IOException {
        cancel(parts());
        byte[] bytes = Files.readAllBytes(store);
        bytes[bytes.length / 2] ^= 1;
        Files.write(store, bytes);
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> run(resuming()))
                .withMessageContaining(store.toString())
                .withMessageContaining("Delete the file");
    }

    @Test
    void otherSettingsOfTasksMakeThemAgain() {
        cancel(parts());
        Heard heard = heard(resuming()
                .set(SelectionKeys.POSITIONS_PER_DOCUMENT, 3)
                .set(RunKeys.ACCEPT_CHANGED, List.of("selection.positions-per-document")));
        assertThat(heard.scored).isTrue();
        assertThat(heard.notes).doesNotContain(KEPT);
    }

    /** The tasks are those of the text that was; only its fingerprint says that it is another. */
    @Test
    void anotherCorpusIsStillRefused() throws IOException {
        cancel(parts());
        String text = TinyCheckpoint.text(0);
        Files.writeString(runs.corpus(), Files.readString(runs.corpus()).replace(text, text + " And then?"));
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> run(resuming()))
                .withMessageContaining("corpus was sha256:");
    }

    @Test
    void tasksOfADatasetAreKeptForTheSameFileAlone() throws IOException {
        Path dataset = folder.resolve("tasks.jsonl");
        ConfiguredDataset.write(parts().build(), dataset, Shard.WHOLE, RunObserver.NONE);
        RunConfigurationBuilder fromDataset = parts().set(CorpusKeys.DATASET, dataset);
        cancel(fromDataset);
        assertThat(heard(fromDataset.set(RunKeys.RESUME, true)).notes).contains(KEPT);
    }
}
