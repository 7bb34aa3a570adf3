package org.rpt4j.run.launch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.Snapshot;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.core.train.Checkpoints;
import org.rpt4j.model.format.AtomicFiles;
import org.rpt4j.model.format.CheckpointWriter;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.ValidationKeys;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.directory.RecordedSetting;
import org.rpt4j.run.health.HealthMonitor;
import org.rpt4j.run.resume.CheckpointSaver;
import org.rpt4j.run.resume.CheckpointSettings;
import org.rpt4j.run.resume.CheckpointStore;
import org.rpt4j.run.resume.Retention;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a run saves, and whether it may. */
final class SavePlan {

    private static final Logger LOG = LoggerFactory.getLogger(SavePlan.class);
    private static final String OPTIMIZER = ".optimizer";

    private final RunConfiguration configuration;

    SavePlan(RunConfiguration configuration) {
        this.configuration = configuration;
    }

    Optional<Path> directory() {
        return RunKeys.checkpoint(configuration);
    }

    /** Reports before hours of scoring what would fail after them. */
    void check() {
        directory().ifPresent(directory -> {
            requireAllFree(directory);
            AtomicFiles.requireWritableDirectory(directory);
        });
        configuration.find(ModelKeys.OPTIMIZER_STATE).ifPresent(SavePlan::requireState);
    }

    /** The same for a run that resumes: what it saved before is its own and may be replaced. */
    void checkAgain(RecordedRun run) {
        directory().ifPresent(directory -> {
            if (!isSavedAlike(run.configuration(), configuration.settings())) {
                requireAllFree(directory);
            }
            AtomicFiles.requireWritableDirectory(directory);
        });
    }

    /** Whether two runs save their trained weights in the same place. */
    static boolean isSavedAlike(List<RecordedSetting> one, List<RecordedSetting> other) {
        return saved(one).equals(saved(other));
    }

    private static List<String> saved(List<RecordedSetting> settings) {
        return settings.stream()
                .filter(setting -> setting.name().equals(RunKeys.SAVE.name()))
                .map(RecordedSetting::value)
                .toList();
    }

    static CheckpointStore store(Path runDirectory) {
        return new CheckpointStore(runDirectory.resolve("checkpoints"));
    }

    /** Saves what the run continues from; null without a run directory. The caller closes it before the policy. */
    @Nullable
    CheckpointSaver saver(
            TrainablePolicy policy,
            Optimizer optimizer,
            Recording recording,
            HealthMonitor health,
            Resumption resumption) {
        if (configuration.get(RunKeys.BACKGROUND_CHECKPOINTS)) {
            configuration.find(RunKeys.DIRECTORY).ifPresent(directory -> requireCopies(policy, optimizer));
        }
        return configuration
                .find(RunKeys.DIRECTORY)
                .map(directory -> new CheckpointSaver(
                        store(directory),
                        policy,
                        optimizer,
                        CheckpointSettings.builder(new Retention(
                                        configuration.get(RunKeys.KEEP_CHECKPOINTS),
                                        configuration.get(ValidationKeys.KEEP_BEST)))
                                .identity(recording.identity())
                                .background(configuration.get(RunKeys.BACKGROUND_CHECKPOINTS))
                                .parts(recording.parts(health))
                                .pinned(resumption.pinned())
                                .build()))
                .orElse(null);
    }

    /** Takes one copy and drops it: too little memory is reported before training, not at the first checkpoint. */
    private static void requireCopies(TrainablePolicy policy, Optimizer optimizer) {
        try (Snapshot weights = policy.snapshot();
                Snapshot moments = optimizer.snapshotState()) {
            LOG.debug("Checkpoints are written from copies such as {} and {}", weights, moments);
        } catch (UnsupportedCapabilityException e) {
            throw new UnsupportedCapabilityException(
                    "Checkpoints cannot be written in the background: " + e.getMessage() + " Set "
                            + RunKeys.BACKGROUND_CHECKPOINTS + " to false.",
                    e);
        } catch (CheckpointException e) {
            throw new CheckpointException(
                    "Checkpoints cannot be written in the background: " + e.getMessage() + " Or set "
                            + RunKeys.BACKGROUND_CHECKPOINTS + " to false.",
                    e);
        }
    }

    /** Saves at intervals and at the end. */
    Checkpoints regular(@Nullable CheckpointSaver saver) {
        return saver == null
                ? Checkpoints.NONE
                : new Checkpoints(
                        configuration.get(RunKeys.SAVE_EVERY),
                        Duration.ofMinutes(configuration.get(RunKeys.SAVE_EVERY_MINUTES)),
                        saver,
                        configuration.get(RunKeys.TOLERATED_FAILURES));
    }

    /** Saves the weights that validate best. */
    Checkpoints.Action best(@Nullable CheckpointSaver saver) {
        return saver == null || !configuration.get(ValidationKeys.KEEP_BEST) ? Checkpoints.Action.NONE : saver;
    }

    /** Saves the trained weights for use. */
    void export(TrainablePolicy policy, Optimizer optimizer) {
        directory().ifPresent(directory -> {
            policy.save(directory);
            if (configuration.get(RunKeys.SAVE_OPTIMIZER)) {
                optimizer.saveState(beside(directory, OPTIMIZER));
            }
        });
    }

    private static Path beside(Path directory, String ending) {
        Path absolute = directory.toAbsolutePath().normalize();
        return absolute.resolveSibling(absolute.getFileName() + ending);
    }

    private static void requireState(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new CheckpointException("No optimizer state at " + file + ". Correct " + ModelKeys.OPTIMIZER_STATE
                    + ", or leave it out to start fresh.");
        }
    }

    private void requireAllFree(Path directory) {
        CheckpointWriter.requireFree(directory, "the trained model");
        if (configuration.get(RunKeys.SAVE_OPTIMIZER) && Files.exists(beside(directory, OPTIMIZER))) {
            throw new CheckpointException("Cannot save the optimizer state to " + beside(directory, OPTIMIZER)
                    + ": the file exists. Name another " + RunKeys.SAVE + ", or turn " + RunKeys.SAVE_OPTIMIZER
                    + " off.");
        }
    }
}
