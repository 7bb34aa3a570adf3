package org.rpt4j.run.directory;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JavaType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.StorageException;

/**
 * Reads the directory of a run that ended, is still running, or crashed. Leaves out a last line that is incomplete. Every
 * method except {@link #open} and {@link #directory} reads its file again.
 *
 * @param directory the run directory
 * @since 0.1.0
 */
public record RecordedRun(Path directory) {

    /**
     * Opens a run.
     *
     * @throws StorageException if the directory holds no run
     */
    public static RecordedRun open(Path directory) {
        if (!Files.isRegularFile(directory.resolve(RunDirectory.RECORD))) {
            throw new StorageException(directory + " is not a run: it has no " + RunDirectory.RECORD
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
        return read(RunDirectory.RECORD, RecordJson.MAPPER.constructType(Provenance.class));
    }

    /** Every effective setting. */
    public List<RecordedSetting> configuration() {
        return read(
                RunDirectory.CONFIGURATION,
                RecordJson.MAPPER.constructType(new TypeReference<List<RecordedSetting>>() {}));
    }

    /** How it ended; empty if it did not. */
    public Optional<RunEnd> outcome() {
        return Files.exists(directory.resolve(RunDirectory.OUTCOME))
                ? Optional.of(read(RunDirectory.OUTCOME, RecordJson.MAPPER.constructType(RunEnd.class)))
                : Optional.empty();
    }

    /** The file with the metrics of every step. */
    public Path metrics() {
        return directory.resolve(RunDirectory.METRICS);
    }

    /** The metrics of every step, in order. */
    public List<StepRecord> steps() {
        return JsonLines.read(metrics(), StepRecord.class);
    }

    /** Warnings, validations, checkpoints and pauses, in order. */
    public List<EventRecord> events() {
        return JsonLines.read(directory.resolve(RunDirectory.EVENTS), EventRecord.class);
    }

    /** Every evaluation, in order. */
    public List<EvaluationRecord> evaluations() {
        return JsonLines.read(directory.resolve(RunDirectory.EVALUATIONS), EvaluationRecord.class);
    }

    /** Some rollouts of every step. */
    public List<Trace> rollouts() {
        return JsonLines.read(directory.resolve(RunDirectory.ROLLOUTS), Trace.class);
    }

    /** Responses of the evaluations. */
    public List<Trace> responses() {
        return JsonLines.read(directory.resolve(RunDirectory.RESPONSES), Trace.class);
    }

    private <T> T read(String name, JavaType type) {
        Path file = directory.resolve(name);
        try {
            @Nullable T value = RecordJson.MAPPER.readValue(file.toFile(), type);
            if (value == null) {
                throw new StorageException(file + " holds null. Restore it from a copy.");
            }
            return value;
        } catch (IOException e) {
            throw new StorageException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }
}
