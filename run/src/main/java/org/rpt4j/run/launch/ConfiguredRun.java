package org.rpt4j.run.launch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rpt4j.api.Capability;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.model.format.ModelConfigReader;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.directory.RunDirectory;
import org.rpt4j.run.directory.RunLock;

/**
 * Runs what a configuration describes: finds the hard tokens, holds documents out, evaluates, trains, saves, evaluates
 * again and reports. Runs on the thread that calls {@link #run()}; interrupting it ends the run with a checkpoint.
 *
 * @since 0.1.0
 */
public final class ConfiguredRun {

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
        } finally {
            lock.ifPresent(RunLock::close);
        }
    }

    /** Whether the run in a directory has saved a checkpoint, whole or damaged, from which it can resume. */
    public static boolean hasCheckpoint(Path directory) {
        return !SavePlan.store(directory).isEmpty();
    }

    /**
     * Memory, disk and time that each phase needs and what is available, one line per phase. Opens the backend but no
     * model; measures the speed of the machine.
     *
     * @throws org.rpt4j.api.error.RptException if the model's configuration or tokenizer cannot be read
     */
    public static List<String> needs(RunConfiguration configuration) {
        return Models.with(configuration, models -> {
            List<String> needs = new ArrayList<>();
            limits(models).needs().forEach(need -> needs.add(need.describe()));
            TimeEstimate.of(configuration, models.backend())
                    .ifPresent(time -> needs.add("time       " + time.describe()));
            return needs;
        });
    }

    private static ResourceCheck limits(Models models) {
        RunConfiguration configuration = models.configuration();
        return new ResourceCheck(
                configuration,
                models.backend(),
                Machine.here(configuration.find(RunKeys.DIRECTORY)),
                models.reasoning().maxContextTokens(),
                ModelConfigReader.read(configuration.model(ModelKeys.DIRECTORY))
                        .describe()
                        .parameterCount());
    }

    private RunResult run(Resumption resumption) {
        Launch launch = Launch.of(configuration, observer, resumption);
        Models.requireBackend(
                configuration,
                configuration.find(CorpusKeys.FILES).isPresent()
                        ? new Capability[] {Capability.TRAIN, Capability.SCORE}
                        : new Capability[] {Capability.TRAIN});
        TaskPreparation preparation = new TaskPreparation(configuration, observer);
        return Models.with(configuration, launch.start(), models -> {
            models.reasoning().notes().forEach(observer::noted);
            limits(models).require();
            TimeEstimate.require(configuration, models.backend());
            PreparedTasks tasks = preparation.prepare(
                    models.tokenizer(),
                    models.backend(),
                    models.reasoning().maxContextTokens(),
                    configuration
                            .find(RunKeys.DIRECTORY)
                            .map(RunDirectory::scores)
                            .or(() -> configuration.find(RunKeys.SAVE).map(ScoreKeeping::beside)));
            preparation.requireEnough(tasks);
            return new Execution(launch, models, tasks).run();
        });
    }
}
