package org.rpt4j.run.launch;

import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.core.train.TrainerState;
import org.rpt4j.model.format.AtomicFiles;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.directory.RecordingPosition;
import org.rpt4j.run.directory.RunDirectory;
import org.rpt4j.run.health.HealthState;
import org.rpt4j.run.resume.CheckpointStore;
import org.rpt4j.run.resume.IdentityValue;
import org.rpt4j.run.resume.SavedCheckpoint;

/**
 * What a run resumes from.
 *
 * @param run the run to resume; empty for a new one
 * @param checkpoint its latest checkpoint; empty if it has none and starts over
 */
record Resumption(Optional<RecordedRun> run, Optional<SavedCheckpoint> checkpoint) {

    /** A new run. */
    static final Resumption NONE = new Resumption(Optional.empty(), Optional.empty());

    /**
     * What the configuration asks for. The directory of the run is locked.
     *
     * @throws CheckpointException if every checkpoint is damaged, or a setting differs
     * @throws org.rpt4j.api.error.StorageException if the directory of the run cannot be read or cleared up
     */
    static Resumption of(RunConfiguration configuration) {
        Optional<Path> directory = configuration.find(RunKeys.DIRECTORY).filter(RunDirectory::isRun);
        if (!configuration.get(RunKeys.RESUME) || directory.isEmpty()) {
            return NONE;
        }
        CheckpointStore store = SavePlan.store(directory.get());
        store.recover();
        AtomicFiles.removeUnfinished(directory.get());
        Resumption resumption = new Resumption(Optional.of(RecordedRun.open(directory.get())), store.latest());
        RunIdentity.requireSame(
                RunIdentity.settings(resumption.identity()),
                RunIdentity.settings(RunIdentity.of(configuration.settings(), List.of())),
                configuration.get(RunKeys.ACCEPT_CHANGED));
        return resumption;
    }

    /**
     * When the run started: now for a new one.
     *
     * @throws StorageException if the directory of the run does not say so
     */
    Instant start() {
        return run.map(open -> started(open.provenance().started())).orElseGet(Instant::now);
    }

    private static Instant started(String time) {
        try {
            return Instant.parse(time);
        } catch (DateTimeParseException e) {
            throw new StorageException(
                    "run.json says that the run started \"" + time + "\", which is no time"
                            + " such as 2026-03-31T12:00:00Z",
                    e);
        }
    }

    boolean isNewRun() {
        return run.isEmpty();
    }

    /** What the run was: as its checkpoint says, or as its directory does. */
    Map<String, IdentityValue> identity() {
        return checkpoint
                .map(saved -> saved.manifest().identity())
                .or(() -> run.map(open ->
                        RunIdentity.of(open.configuration(), open.provenance().artifacts())))
                .orElse(Map.of());
    }

    /**
     * How far its recording goes.
     *
     * @throws CheckpointException if the checkpoint does not say so: all that was recorded would be removed
     */
    RecordingPosition position() {
        return checkpoint.map(Resumption::position).orElse(RecordingPosition.START);
    }

    private static RecordingPosition position(SavedCheckpoint saved) {
        return saved.part(RecordingPosition.PART)
                .map(RecordingPosition::parse)
                .orElseThrow(() -> new CheckpointException(saved.directory() + " does not say how far the recording"
                        + " had come: it has no part " + RecordingPosition.PART + ". Resume from another checkpoint."));
    }

    /** The step with which the run resumes. */
    long nextStep() {
        return checkpoint.map(saved -> saved.manifest().nextStep()).orElse(0L);
    }

    Optional<TrainerState> trainer() {
        return checkpoint.map(SavedCheckpoint::trainer);
    }

    /**
     * What the health checks remember. Checkpoints of version 1 may be from before they remembered anything: the
     * checks then begin anew, and a warning may come again.
     *
     * @throws CheckpointException if a checkpoint of today does not say so
     */
    HealthState health() {
        return checkpoint.map(Resumption::health).orElse(HealthState.NEW);
    }

    private static HealthState health(SavedCheckpoint saved) {
        return saved.part(HealthState.PART).map(HealthState::parse).orElseGet(() -> {
            if (saved.manifest().version() == 1) {
                return HealthState.NEW;
            }
            throw new CheckpointException(saved.directory() + " does not say what the health checks remember: it has"
                    + " no part " + HealthState.PART + ". Resume from another checkpoint.");
        });
    }

    /** The checkpoint that must not be removed. */
    Set<Long> pinned() {
        return checkpoint.map(saved -> Set.of(saved.manifest().nextStep())).orElse(Set.of());
    }
}
