package org.rpt4j.cli;

import java.nio.file.Path;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.EvaluationKeys;
import org.rpt4j.run.config.section.RunKeys;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The whole of Reinforcement Pre-Training on a checkpoint and a corpus. */
@Command(
        name = "train",
        description = {
            "Reinforcement Pre-Training of a checkpoint on a corpus.",
            "Finds the hard tokens, holds documents out, evaluates, trains, saves and evaluates again. Prints a "
                    + "table of before and after to standard output."
        })
final class TrainCommand implements Runnable {

    @Mixin
    private ModelChoice model;

    @Mixin
    private TaskChoice taskChoice;

    @Mixin
    private ReasoningChoice reasoningChoice;

    @Mixin
    private TrainingChoice training;

    @Mixin
    private BackendChoice backendChoice;

    @Option(
            names = "--save",
            paramLabel = "DIR",
            required = true,
            description = "Where the trained checkpoint goes: a directory that is empty or not there yet.")
    private Path save;

    @Option(
            names = "--save-every",
            paramLabel = "N",
            defaultValue = "0",
            description = "Save all that the run can go on from into --run-dir after every N steps, too; 0 for the "
                    + "end alone (default: ${DEFAULT-VALUE}).")
    private long saveEvery;

    @Option(
            names = "--save-optimizer",
            description = "Save the state of the optimizer, too, beside the checkpoint, in a file with the ending "
                    + ".optimizer.")
    private boolean saveOptimizer;

    @Option(
            names = "--held-out",
            paramLabel = "SHARE",
            defaultValue = "0.1",
            description = "Share of documents that are evaluated and not trained on (default: ${DEFAULT-VALUE}).")
    private double heldOut;

    @Option(
            names = "--eval-tasks",
            paramLabel = "N",
            defaultValue = "200",
            description = "Most held-out tasks to evaluate; 0 for no evaluation (default: ${DEFAULT-VALUE}).")
    private int evalTasks;

    @Mixin
    private RunChoice runChoice;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        RunConfiguration configuration = configuration();
        RunCommand.launch(
                configuration, spec.commandLine().getOut(), spec.commandLine().getErr());
    }

    private RunConfiguration configuration() {
        CommandSettings settings = new CommandSettings(spec);
        model.configure(settings);
        taskChoice.configure(settings);
        reasoningChoice.configure(settings);
        training.configure(settings);
        backendChoice.configure(settings);
        runChoice.configure(settings);
        settings.set("--save", RunKeys.SAVE, save);
        settings.set("--save-every", RunKeys.SAVE_EVERY, saveEvery);
        settings.set("--save-optimizer", RunKeys.SAVE_OPTIMIZER, saveOptimizer);
        settings.set("--held-out", CorpusKeys.HELD_OUT_SHARE, heldOut);
        settings.set("--eval-tasks", EvaluationKeys.TASKS, evalTasks);
        return settings.configuration();
    }
}
