package org.rpt4j.run.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.core.phase.Phase;
import org.rpt4j.core.rollout.FailedBatch;
import org.rpt4j.core.train.PassRates;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.run.report.RunReport;

/** A run directory from elsewhere: whatever lies at the names that are written, nothing outside it changes. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "symbolic links need a privilege there")
class LinksInARunTest {

    @TempDir
    private Path folder;

    private Path run;
    private Path letter;
    private RecordingPosition position;

    @BeforeEach
    void record() throws IOException {
        run = folder.resolve("run");
        letter = Files.writeString(folder.resolve("letter"), "dear");
        RunDirectory created = RunDirectory.create(run, RunRecorderTest.RECORD, List.of());
        try (RunRecorder recorder = created.recorder(RunRecorderTest.DECODER, RunRecorderTest.FEW)) {
            recorder.onEvent(new TrainingEvent.RunPaused(1));
            position = recorder.position();
        }
    }

    private static void assertRefused(Path file, Runnable write) {
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(write::run)
                .withMessageContaining(file.getFileName().toString());
    }

    private void resume() {
        RunDirectory.resume(run)
                .recorder(RunRecorderTest.DECODER, RunRecorderTest.FEW, position)
                .close();
    }

    private void plant(Path file) throws IOException {
        Files.deleteIfExists(file);
        Files.createSymbolicLink(file, letter);
    }

    @ParameterizedTest
    @ValueSource(strings = {"metrics.jsonl", "events.jsonl", "rollouts.jsonl", "evaluations.jsonl", "responses.jsonl"})
    void aLinkInPlaceOfARecordedFileIsNotFollowed(String name) throws IOException {
        Path file = run.resolve(name);
        byte[] content = Files.readAllBytes(file);
        Path copy = Files.write(folder.resolve("copy"), content);
        letter = Files.write(folder.resolve("more"), (new String(content) + "dear").getBytes());
        plant(file);
        assertRefused(file, this::resume);
        assertThat(letter).content().endsWith("dear");
        Files.delete(file);
        Files.createDirectory(file);
        assertRefused(file, this::resume);
        Files.delete(file);
        Files.copy(copy, file);
        resume();
    }

    @Test
    void aLinkInPlaceOfTheScalarsIsNotFollowed() throws IOException {
        Path scalars;
        try (var files = Files.list(run)) {
            scalars = files.filter(file -> EventFile.isName(file.getFileName().toString()))
                    .findFirst()
                    .orElseThrow();
        }
        letter = Files.copy(scalars, folder.resolve("scalars"));
        long length = Files.size(letter);
        plant(scalars);
        assertRefused(scalars, this::resume);
        assertThat(letter).hasSize(length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"report.html", "pass-rates.json", "configuration.json", "configuration-before-step-7.json"})
    void aLinkInPlaceOfAReplacedFileIsNotFollowed(String name) throws IOException {
        Path file = run.resolve(name);
        byte[] before = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        if (name.equals("configuration.json")) {
            letter = Files.write(folder.resolve("settings"), before);
        }
        String content = Files.readString(letter);
        plant(file);
        Runnable write = switch (name) {
            case "report.html" -> () -> RunReport.write(RecordedRun.open(run), file);
            case "pass-rates.json" -> () -> new PassRates(Map.of()).save(file);
            default -> () -> RunDirectory.resume(run).replaceConfiguration(List.of(), 7);
        };
        assertRefused(file, write);
        assertThat(letter).hasContent(content);
    }

    @Test
    void aLinkInPlaceOfTheOutcomeIsRemovedAndNotFollowed() throws IOException {
        plant(run.resolve("outcome.json"));
        resume();
        assertThat(Files.exists(run.resolve("outcome.json"), LinkOption.NOFOLLOW_LINKS))
                .isFalse();
        assertThat(letter).hasContent("dear");
    }

    @Test
    void aLinkInPlaceOfTheLockIsNotFollowed() throws IOException {
        Path lock = run.resolve(RunLock.FILE);
        plant(lock);
        assertRefused(lock, () -> RunLock.acquire(run).close());
        Files.delete(lock);
        Files.createSymbolicLink(lock, folder.resolve("nowhere"));
        assertRefused(lock, () -> RunLock.acquire(run).close());
        assertThat(folder.resolve("nowhere")).doesNotExist();
        assertThat(letter).hasContent("dear");
        Files.delete(lock);
        RunLock.acquire(run).close();
    }

    @Test
    void aLinkInPlaceOfTheSettingsOfARunThatNeverStartedIsNotFollowed() throws IOException {
        Path fresh = Files.createDirectory(folder.resolve("fresh"));
        plant(fresh.resolve("configuration.json"));
        assertRefused(
                fresh.resolve("configuration.json"),
                () -> RunDirectory.create(fresh, RunRecorderTest.RECORD, List.of()));
        assertThat(letter).hasContent("dear");
    }

    @Test
    void aLinkInPlaceOfTheFailedBatchesIsNotFollowed() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Files.createSymbolicLink(run.resolve(FailedBatches.FOLDER), elsewhere);
        FailedBatch batch = new FailedBatch(
                Phase.UPDATE,
                "NON_FINITE_LOSS",
                "the loss is NaN",
                List.of(1L),
                TokenBatch.builder(1).add(new int[] {1}, List.of()).build(),
                Map.of());
        new FailedBatches(run, 10).keep(new TrainingEvent.BatchFailed(1, batch));
        assertThat(elsewhere).isEmptyDirectory();
    }

    /** Appending would change the other name too, in a backup made of hard links for instance. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aRecordedFileWithASecondNameIsNotContinued() throws IOException {
        Path metrics = run.resolve("metrics.jsonl");
        Path backup = Files.createLink(folder.resolve("backup"), metrics);
        assertRefused(metrics, this::resume);
        Files.delete(metrics);
        Files.copy(backup, metrics);
        resume();
        Path lock = Files.writeString(run.resolve(RunLock.FILE), "old");
        Path other = Files.createLink(folder.resolve("other"), lock);
        assertRefused(lock, () -> RunLock.acquire(run).close());
        assertThat(other).hasContent("old");
    }

    @Test
    void anEditOfTheSameLengthIsNoticedOnResume() throws IOException {
        Path events = run.resolve("events.jsonl");
        String content = Files.readString(events);
        assertThat(content).contains("PAUSED\",\"step\":1");
        Files.writeString(events, content.replace("\"step\":1", "\"step\":2"));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(this::resume)
                .withMessageContaining("events.jsonl was changed")
                .withMessageContaining("Restore it");
        Files.writeString(events, content);
        resume();
    }

    @Test
    void aPositionOfAnOlderVersionHasNoHashes() throws IOException {
        RecordingPosition older =
                new RecordingPosition(position.bytes(), Map.of(), position.steps(), position.seconds(), 0);
        position = RecordingPosition.parse(older.toJson());
        Files.writeString(
                run.resolve("events.jsonl"),
                Files.readString(run.resolve("events.jsonl")).replace("\"step\":1", "\"step\":2"));
        resume();
    }
}
