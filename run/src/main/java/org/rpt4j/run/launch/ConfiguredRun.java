package org.rpt4j.run.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rpt4j.api.Capability;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.LoraKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.TaskKeys;
import org.rpt4j.run.directory.RunDirectory;
import org.rpt4j.run.directory.RunLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what a configuration describes: finds the hard tokens, holds documents out, evaluates, trains, saves, evaluates
 * again and reports. Runs on the thread that calls {@link #run()}; interrupting it ends the run with a checkpoint.
 *
 * @since 0.1.0
 */
public final class ConfiguredRun {

    private static final Logger LOG = LoggerFactory.getLogger(ConfiguredRun.class);

    private final RunConfiguration configuration;
    private final RunObserver observer;
    private final SavePlan checkpoints;

    public ConfiguredRun(RunConfiguration configuration, RunObserver observer) {
        this.configuration = configuration;
        this.observer = observer;
        this.checkpoints = new SavePlan(configuration);
    }

    /**
     * Runs.
     *
     * @throws org.rpt4j.api.error.StorageException if the directory of the run is not free, locked or unreadable
     * @throws CheckpointException if the directory of the trained checkpoint is not free
     * @throws org.rpt4j.api.error.RptException if a part of the run fails
     */
    public RunResult run() {
        Optional<Path> directory = configuration.find(RunKeys.DIRECTORY);
        boolean resumes = configuration.get(RunKeys.RESUME)
                && directory.filter(RunDirectory::isRun).isPresent();
        if (!resumes) {
            directory.ifPresent(RunDirectory::requireFree);
            checkpoints.check();
        }
        Optional<RunLock> lock = directory.map(RunLock::acquire);
        try {
            Resumption resumption = Resumption.of(configuration);
            resumption.run().ifPresent(run -> {
                checkpoints.checkAgain(run);
                observer.resuming(resumption.nextStep());
            });
            return run(resumption);
        } catch (RuntimeException e) {
            if (!(e instanceof OperationCancelledException)) {
                directory.filter(path -> !RunDirectory.isRun(path)).ifPresent(path -> removeTasks(path, e));
            }
            throw e;
        } finally {
            lock.ifPresent(RunLock::close);
        }
    }

    /** A run that fails before it begins leaves nothing behind; one that was only stopped then keeps its tasks. */
    private static void removeTasks(Path directory, RuntimeException failure) {
        try {
            Files.deleteIfExists(RunDirectory.tasks(directory));
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** Whether the run in a directory has saved a checkpoint, whole or damaged, from which it can resume. */
    public static boolean hasCheckpoint(Path directory) {
        return !SavePlan.store(directory).isEmpty();
    }

    /**
     * How long each phase takes at least, at the speed of this machine, in words; empty if the backend does not measure
     * it. {@link ResourcePlan} tells the memory and disk.
     *
     * @throws org.rpt4j.api.error.RptException if the model's configuration or tokenizer cannot be read
     */
    public static Optional<String> time(RunConfiguration configuration) {
        return Models.with(
                configuration,
                models -> TimeEstimate.of(configuration, models.backend()).map(TimeEstimate::describe));
    }

    /**
     * Reads the questions of a run and returns what is worth knowing about their answers, such as how many the reward
     * cannot read; nothing for tasks of a corpus.
     *
     * @throws org.rpt4j.api.error.CorpusException if the questions cannot be read, or the answers of too many
     */
    public static List<String> checkAnswers(RunConfiguration configuration) {
        if (!TaskKeys.areAnswers(configuration)) {
            return List.of();
        }
        List<String> notes = new ArrayList<>();
        TaskPreparation preparation = new TaskPreparation(configuration, new RunObserver() {
            @Override
            public void noted(String note) {
                notes.add(note);
            }
        });
        return Models.with(configuration, models -> {
            preparation.requireEnough(preparation.prepare(
                    models.tokenizer(),
                    models.backend(),
                    models.reasoning().maxContextTokens(),
                    Optional.empty(),
                    Optional.empty()));
            return List.copyOf(notes);
        });
    }

    private static void requireResources(Models models) {
        if (models.configuration().get(RunKeys.LIMITS) == RunKeys.Limits.OFF) {
            return;
        }
        try (ResourceEstimator estimator = new ResourceEstimator(models)) {
            if (!estimator.areKnown()) {
                LOG.info(
                        "The backend {} does not report its memory; only checkpoints are checked.",
                        models.backend().name());
            }
            ResourceCheck.require(models.configuration(), estimator.needs(models.configuration()));
        }
    }

    private Capability[] needed() {
        Set<Capability> needed = EnumSet.of(Capability.TRAIN);
        if (CorpusKeys.areScored(configuration)) {
            needed.add(Capability.SCORE);
        }
        if (LoraKeys.isAdapted(configuration)) {
            needed.add(Capability.ADAPT);
        }
        return needed.toArray(Capability[]::new);
    }

    private RunResult run(Resumption resumption) {
        Launch launch = Launch.of(configuration, observer, resumption);
        Models.requireBackend(configuration, needed());
        TaskPreparation preparation = new TaskPreparation(configuration, observer);
        return Models.with(configuration, launch.start(), models -> {
            models.reasoning().notes().forEach(observer::noted);
            requireResources(models);
            TimeEstimate.require(configuration, models.backend());
            PreparedTasks tasks = preparation.prepare(
                    models.tokenizer(),
                    models.backend(),
                    models.reasoning().maxContextTokens(),
                    configuration
                            .find(RunKeys.DIRECTORY)
                            .map(RunDirectory::scores)
                            .or(() -> configuration.find(RunKeys.SAVE).map(ScoreKeeping::beside)),
                    configuration.find(RunKeys.DIRECTORY).map(RunDirectory::tasks));
            preparation.requireEnough(tasks);
            return new Execution(launch, models, tasks).run();
        });
    }
}
