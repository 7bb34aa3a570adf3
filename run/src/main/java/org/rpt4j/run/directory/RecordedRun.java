package org.rpt4j.run.directory;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.rpt4j.api.WorkerUse;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.model.format.JsonFields;

/**
 * Reads the directory of a run that ended, is still running, or crashed. Leaves out a last line that is incomplete. Every
 * method except {@link #open} and {@link #directory} reads its file again.
 *
 * @param directory the run directory
 * @since 0.1.0
 */
public record RecordedRun(Path directory) {

    private static final int MAX_BYTES = 16 << 20;

    /**
     * Opens a run.
     *
     * @throws StorageException if the directory holds no run
     */
    public static RecordedRun open(Path directory) {
        if (!Files.isRegularFile(directory.resolve(RunDirectory.RECORD))) {
            throw new StorageException(directory.toAbsolutePath() + " is not a run: it has no " + RunDirectory.RECORD
                    + ". Name the directory of a recorded run.");
        }
        return new RecordedRun(directory);
    }

    /** What the run is called: the last part of its path. */
    public String name() {
        return String.valueOf(directory.toAbsolutePath().normalize().getFileName());
    }

    /** What made the run. */
    public Provenance provenance() {
        return RecordReader.provenance(read(RunDirectory.RECORD));
    }

    /** Every effective setting. */
    public List<RecordedSetting> configuration() {
        Path file = directory.resolve(RunDirectory.CONFIGURATION);
        return JsonFields.readList(file, MAX_BYTES, StorageException::new).stream()
                .map(RecordReader::setting)
                .toList();
    }

    /** How it ended; empty if it did not. */
    public Optional<RunEnd> outcome() {
        return Files.exists(directory.resolve(RunDirectory.OUTCOME))
                ? Optional.of(RecordReader.end(read(RunDirectory.OUTCOME)))
                : Optional.empty();
    }

    /** What the executors of a cluster computed since the driver last started; empty without a cluster, or an end. */
    public List<WorkerUse> workers() {
        Path file = directory.resolve(RunDirectory.WORKERS);
        return Files.exists(file)
                ? JsonFields.readList(file, MAX_BYTES, StorageException::new).stream()
                        .map(RecordReader::worker)
                        .toList()
                : List.of();
    }

    /** The file with the metrics of every step. */
    public Path metrics() {
        return directory.resolve(RunDirectory.METRICS);
    }

    /** The metrics of every step, in order. */
    public List<StepRecord> steps() {
        return JsonLines.read(metrics(), RecordReader::step);
    }

    /** Warnings, validations, checkpoints and pauses, in order. */
    public List<EventRecord> events() {
        return JsonLines.read(directory.resolve(RunDirectory.EVENTS), RecordReader::event);
    }

    /** Every evaluation, in order; all of the same tasks. */
    public List<EvaluationRecord> evaluations() {
        Path file = directory.resolve(RunDirectory.EVALUATIONS);
        List<EvaluationRecord> evaluations = JsonLines.read(file, RecordReader::evaluation);
        for (int i = 1; i < evaluations.size(); i++) {
            if (!tasks(evaluations.get(i)).equals(tasks(evaluations.get(0)))) {
                throw new StorageException(
                        file + ", line " + (i + 1) + ": the tasks in \"report.outcomes\" are not those"
                                + " of line 1. Restore the file from a copy.");
            }
        }
        return evaluations;
    }

    private static List<List<Object>> tasks(EvaluationRecord evaluation) {
        return evaluation.report().outcomes().stream()
                .map(outcome -> List.<Object>of(outcome.task(), outcome.document(), outcome.position()))
                .toList();
    }

    /** Some rollouts of every step. */
    public List<Trace> rollouts() {
        return JsonLines.read(directory.resolve(RunDirectory.ROLLOUTS), RecordReader::trace);
    }

    /** Responses of the evaluations. */
    public List<Trace> responses() {
        return JsonLines.read(directory.resolve(RunDirectory.RESPONSES), RecordReader::trace);
    }

    private JsonFields read(String name) {
        return JsonFields.read(directory.resolve(name), MAX_BYTES, StorageException::new);
    }
}
