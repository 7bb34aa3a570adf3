package org.rpt4j.run.directory;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.model.format.AtomicFiles;

/**
 * A new run directory, with its provenance and configuration written. The caller sees to it that one run at a time
 * creates a directory of this name.
 *
 * @since 0.1.0
 */
public final class RunDirectory {

    static final String RECORD = "run.json";
    static final String CONFIGURATION = "configuration.json";
    static final String METRICS = "metrics.jsonl";
    static final String EVENTS = "events.jsonl";
    static final String ROLLOUTS = "rollouts.jsonl";
    static final String EVALUATIONS = "evaluations.jsonl";
    static final String RESPONSES = "responses.jsonl";
    static final String OUTCOME = "outcome.json";
    static final String WORKERS = "workers.json";

    static final String TRACES_STATE = "traces.json";

    private static final String SCORES = "scores.record";
    private static final String TASKS = "tasks.store";
    private static final String TRACES = "traces.jsonl";
    private static final String REWARD = "reward";

    private final Path path;

    private RunDirectory(Path path) {
        this.path = path;
    }

    /**
     * Checks, before hours of preparation, that a run may be created here.
     *
     * @throws StorageException if the path is a file or a directory with something in it
     */
    public static void requireFree(Path path) {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> files = Files.list(path)) {
            if (files.anyMatch(file -> !isPreliminary(String.valueOf(file.getFileName())))) {
                throw new DirectoryNotEmptyException(path.toString());
            }
        } catch (IOException e) {
            throw new StorageException(
                    "cannot create a run in " + path + ": it is not an empty directory, and a run is never overwritten."
                            + " Name an empty or new directory.",
                    e);
        }
    }

    /**
     * Creates the directory, with missing parents.
     *
     * @throws StorageException if it is not free, or cannot be written
     */
    public static RunDirectory create(Path path, Provenance record, List<RecordedSetting> configuration) {
        requireFree(path);
        write(path.resolve(CONFIGURATION), configuration);
        write(path.resolve(RECORD), record);
        return new RunDirectory(path);
    }

    /** The file that keeps scores of the corpus until the tasks of the run are ready. */
    public static Path scores(Path path) {
        return path.resolve(SCORES);
    }

    /** The file that keeps the tasks of the run, so that it resumes without making them again. */
    public static Path tasks(Path path) {
        return path.resolve(TASKS);
    }

    /** The file of the thought traces that the run sampled before it trained. */
    public static Path traces(Path path) {
        return path.resolve(TRACES);
    }

    /** Where the reward of the run keeps what it need not find out again. */
    public static Path reward(Path path) {
        return path.resolve(REWARD);
    }

    /** Whether a run was created here, however far it came. */
    public static boolean isRun(Path path) {
        return Files.isRegularFile(path.resolve(RECORD));
    }

    /**
     * Opens the directory of a run to resume.
     *
     * @throws StorageException if the directory holds no run
     */
    public static RunDirectory resume(Path path) {
        return new RunDirectory(RecordedRun.open(path).directory());
    }

    /**
     * What a run stopped before its start may leave: its lock, its settings, its scores, its tasks, its thought
     * traces, what its reward keeps, and unfinished files.
     */
    private static boolean isPreliminary(String name) {
        return List.of(RunLock.FILE, CONFIGURATION, SCORES, TASKS, TRACES, TRACES_STATE, REWARD)
                        .contains(name)
                || name.endsWith(".tmp");
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /**
     * Opens the recorder of the run; once.
     *
     * @param decoder token ids to text
     * @throws StorageException if there is a recording already, or its files cannot be written
     */
    public RunRecorder recorder(Function<int[], String> decoder, RecordingOptions options) {
        return new RunRecorder(path, decoder, options);
    }

    /**
     * Opens the recorder of a resumed run; once. Removes what was recorded after the position, and the outcome.
     *
     * @throws StorageException if less was recorded than the position says, then nothing is changed; or the files
     *     cannot be written
     */
    public RunRecorder recorder(Function<int[], String> decoder, RecordingOptions options, RecordingPosition from) {
        requireRecorded(from);
        try {
            Files.deleteIfExists(path.resolve(OUTCOME));
        } catch (IOException e) {
            throw new StorageException("cannot remove the outcome of the run in " + path + ": " + e, e);
        }
        return RunRecorder.resume(path, decoder, options, from);
    }

    /**
     * Checks that a recording can resume from a position; changes nothing.
     *
     * @throws StorageException if less or something else was recorded than the position says
     */
    public void requireRecorded(RecordingPosition from) {
        try {
            for (Map.Entry<String, Long> file : from.bytes().entrySet()) {
                AppendFile.require(
                        path.resolve(file.getKey()),
                        file.getValue(),
                        from.sha256().get(file.getKey()));
            }
        } catch (IOException e) {
            throw new StorageException("cannot check the recording in " + path + ": " + e, e);
        }
    }

    /**
     * Replaces the settings of a run that resumes with other ones, and keeps the previous ones. If previous ones are
     * already kept for the same step they stay, because the run reached no checkpoint with the ones in between.
     *
     * @param step the step from which the new settings apply
     * @throws StorageException if they cannot be written
     */
    public void replaceConfiguration(List<RecordedSetting> configuration, long step) {
        Path before = path.resolve("configuration-before-step-" + step + ".json");
        if (!Files.isRegularFile(before, LinkOption.NOFOLLOW_LINKS)) {
            write(before, RecordedRun.open(path).configuration());
        }
        write(path.resolve(CONFIGURATION), configuration);
    }

    static void write(Path file, Object record) {
        AtomicFiles.replace(file, out -> {
            byte[] json = RecordJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(record);
            out.write(json);
            out.write('\n');
        });
    }
}
