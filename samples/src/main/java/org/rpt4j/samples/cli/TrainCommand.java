package org.rpt4j.samples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.core.eval.EvaluationReport;
import org.rpt4j.core.eval.EvaluationSettings;
import org.rpt4j.core.eval.EvaluationTable;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.core.pipeline.Reasoning;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.core.train.RptSettings;
import org.rpt4j.core.train.RptTrainer;
import org.rpt4j.core.train.RptTrainerBuilder;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.core.train.TrainingListener;
import org.rpt4j.core.train.TrainingResult;
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
            description = "Save after every N steps, too; 0 for never (default: ${DEFAULT-VALUE}).")
    private long saveEvery;

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
        requireFree(save);
        runChoice.requireFree();
        PrintWriter err = spec.commandLine().getErr();
        TaskChoice.Tasks source = taskChoice.open();
        RewardVerifier verifier = reasoningChoice.verifier();
        try (Tokenizer tokenizer = model.openTokenizer();
                Backend backend = backendChoice.open()) {
            Reasoning reasoning = reasoningChoice.reasoning(model, tokenizer);
            RptSettings settings = training.settings(reasoning, taskChoice.seed(), backendChoice.precision());
            PreparedTasks tasks =
                    source.prepare(model, tokenizer, backend, heldOut, reasoning.maxContextTokens(), err);
            requireEnough(tasks.train().size(), settings.promptsPerStep());
            RptTrainerBuilder trainer = RptTrainer.builder()
                    .tasks(tasks.source(taskChoice.seed()))
                    .prompts(reasoning.prompts())
                    .extractor(reasoning.extractor())
                    .verifier(verifier)
                    .settings(settings);
            Examiner examiner = new Examiner(
                    reasoning,
                    verifier,
                    new EvaluationSettings(reasoning.sampling(1, 0), List.of(), 64),
                    tasks.heldOutSample(evalTasks, taskChoice.seed()),
                    err);
            try (TrainablePolicy policy = backend.openTrainablePolicy(model.source());
                    Optimizer optimizer = policy.openOptimizer(training.optimizer());
                    RunLog log = runChoice.open(spec, policy.description(), tokenizer, examiner)) {
                trainer.listener(log.listener(policy));
                examineAround(policy, log, () -> train(trainer.policy(policy, optimizer), policy, err));
            }
        }
    }

    private void examineAround(TrainablePolicy policy, RunLog log, Runnable training) {
        if (log.examiner().tasks().isEmpty()) {
            training.run();
            return;
        }
        EvaluationReport before = log.examine("before", policy);
        training.run();
        EvaluationReport after = log.examine("after", policy);
        PrintWriter out = spec.commandLine().getOut();
        out.print(EvaluationTable.of(before, after));
        out.flush();
    }

    private void train(RptTrainerBuilder builder, TrainablePolicy policy, PrintWriter err) {
        TrainingResult result;
        try (TrainingDisplay display = new TrainingDisplay(err)) {
            result = builder.listener(display).listener(saving(policy)).build().run();
        }
        policy.save(save);
        err.println(result.updates() + " updates, " + result.emptySteps() + " steps without a group to learn from, "
                + result.numericalSkips() + " skipped for numbers that are not finite; saved to " + save);
    }

    private TrainingListener saving(TrainablePolicy policy) {
        return event -> {
            if (saveEvery > 0
                    && event instanceof TrainingEvent.StepCompleted completed
                    && completed.progress().done() % saveEvery == 0) {
                policy.save(save);
            }
        };
    }

    /** A checkpoint replaces its directory with all that is in it, so only an empty one will do. */
    private static void requireFree(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.list(directory)) {
            if (files.findAny().isPresent()) {
                throw new IllegalArgumentException(
                        "--save " + directory + " is not empty and will not be replaced. Name another directory.");
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("--save " + directory + " is not a directory that can be read.", e);
        }
    }

    private static void requireEnough(int tasks, int promptsPerStep) {
        if (tasks < promptsPerStep) {
            throw new CorpusException("A step takes " + promptsPerStep + " tasks but there are only " + tasks
                    + " to train on. Lower --prompts-per-step or --min-entropy, or use more documents.");
        }
    }
}
