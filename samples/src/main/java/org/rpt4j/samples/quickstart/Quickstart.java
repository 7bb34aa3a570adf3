package org.rpt4j.samples.quickstart;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Capability;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Precision;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.BackendUnavailableException;
import org.rpt4j.cli.ErrorReport;
import org.rpt4j.cli.ProgressDisplay;
import org.rpt4j.cli.StopSignals;
import org.rpt4j.cli.TrainingDisplay;
import org.rpt4j.core.eval.EvaluationSettings;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.core.train.ComputeCost;
import org.rpt4j.core.train.ComputeMeter;
import org.rpt4j.run.supervised.ComputeBudget;
import org.rpt4j.samples.examples.PickBackend;
import org.rpt4j.spi.Backends;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The whole algorithm on the shipped model and corpus: filter, evaluate, train, evaluate again; if asked for, then the
 * same compute without reinforcement. The model filters its own corpus; a larger policy would use a smaller proxy.
 */
@Command(
        name = "quickstart",
        mixinStandardHelpOptions = true,
        description = "Reinforcement Pre-Training of a small shipped model on a small shipped corpus.")
public final class Quickstart implements Callable<Integer> {

    private static final List<String> PREFERRED = List.of("native", "djl");

    @Option(names = "--backend", description = "Backend for training (default: native if it can run, otherwise djl).")
    private @Nullable String backendName;

    @Option(names = "--threads", defaultValue = "0", description = "CPU threads; 0 lets the engine choose.")
    private int threads;

    @Option(names = "--steps", defaultValue = "80", description = "Number of updates (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(
            names = "--tasks",
            defaultValue = "400",
            description = "Number of held-out tokens to evaluate before and after (default: ${DEFAULT-VALUE}).")
    private int tasks;

    @Option(
            names = "--precision",
            description =
                    "Arithmetic of rollouts, evaluations and updates: FP32 or BF16 (default: BF16 with native, FP32"
                            + " with other backends). Weights are 32-bit in both cases.")
    private @Nullable Precision precision;

    @Option(
            names = "--seed",
            defaultValue = "" + Experiment.SEED,
            description = "Chooses the order of the tasks and the draws of sampling (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--baselines", description = "Also train two baselines without reinforcement on the same compute.")
    private boolean baselines;

    @Option(
            names = "--output",
            defaultValue = "target/quickstart",
            description = "Directory for the model and the reports (default: ${DEFAULT-VALUE}).")
    private Path output;

    private final PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    private final PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);

    /** Runs the quickstart and exits with 0 on success. A signal stops it between two tokens. */
    public static void main(String[] args) {
        CommandLine quickstart = new CommandLine(new Quickstart())
                .setExecutionExceptionHandler(
                        (error, command, parsed) -> ErrorReport.print(error, command.getErr(), false));
        StopSignals signals = StopSignals.interruptThisThread(quickstart.getErr());
        System.exit(signals.exitCode(quickstart.execute(args)));
    }

    @Override
    public Integer call() throws IOException {
        Files.createDirectories(output);
        ShippedFiles files = ShippedFiles.unpack(output);
        ModelSource model = ModelSource.directory(files.model());
        String backendChosen = chooseBackend();
        BackendOptions options = BackendOptions.DEFAULTS.toBuilder()
                .threads(threads)
                .precision(precision(backendChosen))
                .build();
        try (Tokenizer tokenizer = Tokenizer.open(files.model());
                Backend backend = Backends.open(backendChosen, options)) {
            Experiment experiment = new Experiment(backend, model, tokenizer, seed);
            out.printf(
                    "1. Filter: which tokens of the corpus are hard to predict? (backend %s, %s)%n",
                    backend.name(), options.precision());
            PreparedTasks prepared = findHardTokens(experiment, files.corpus());
            Inferable inferable =
                    new Inferable(tokenizer, (int) prepared.statistics().documents());
            Exam exam = new Exam(examiner(experiment, prepared.heldOutSample(tasks, Experiment.SEED)), inferable);
            List<Exam.Marks> marks = new ArrayList<>();
            ComputeBudget spent;
            try (TrainablePolicy policy = experiment.openPolicy();
                    Recording recording =
                            Recording.open(output, files, backend, policy.description(), tokenizer, steps, seed)) {
                spent = reinforce(experiment, policy, prepared, exam, tokenizer, recording, marks);
            }
            if (baselines) {
                out.printf("%n4. The same compute without reinforcement%n");
                Baselines trained = new Baselines(experiment, tokenizer, files.corpus(), err);
                marks.add(trained.nextToken(spent, exam));
                marks.add(trained.mixed(spent, prepared, Math.max(1, steps / 2), exam));
            }
            out.printf("%n%s%n", Exam.tables(marks));
        }
        return 0;
    }

    /** Evaluates, trains and evaluates again; returns the compute of the training. */
    private ComputeBudget reinforce(
            Experiment experiment,
            TrainablePolicy policy,
            PreparedTasks prepared,
            Exam exam,
            Tokenizer tokenizer,
            Recording recording,
            List<Exam.Marks> marks) {
        out.printf(
                "%n2. Before: %s with %,d parameters, %d held-out tokens%n",
                policy.description().architecture(),
                policy.description().parameterCount(),
                exam.examiner().tasks().size());
        Exam.Marks before = exam.take("before", policy);
        recording.recorder().record(before.all());
        out.printf(
                "%n3. Reinforcement: %d updates, each with %d tokens and %d rollouts per token%n",
                steps, Experiment.TOKENS_PER_STEP, Experiment.GROUP_SIZE);
        ComputeMeter meter = new ComputeMeter();
        try (TrainingDisplay display = new TrainingDisplay(err)) {
            experiment.train(policy, prepared, steps, display, meter, recording.recorder());
        }
        Exam.Marks after = exam.take("after RPT", policy);
        recording.recorder().record(after.all());
        marks.addAll(List.of(before, after));
        out.printf("%n%s", ThoughtComparison.describe(before, after, exam.inferable(), tokenizer));
        Path trained = output.resolve("trained-model");
        policy.save(trained);
        out.printf("The trained model is in %s; the report of the run is %s.%n", trained, recording.report());
        return new ComputeBudget(new ComputeCost(policy.description().parameterCount()), meter.flops());
    }

    /** In BF16 the PyTorch of djl compiles a kernel for each new shape on a CPU, and here every batch has one. */
    private Precision precision(String chosen) {
        if (precision != null) {
            return precision;
        }
        return chosen.equals("native") ? Precision.BF16 : Precision.FP32;
    }

    private String chooseBackend() {
        if (backendName != null) {
            return backendName;
        }
        // To ask a backend whether it can run loads its engine, so those after the first that can are not asked.
        Backends backends = Backends.discover();
        for (String name : PREFERRED) {
            out.println(PickBackend.describe(backends.provider(name)));
            if (PickBackend.choose(backends, Capability.TRAIN, List.of(name)).isPresent()) {
                return name;
            }
        }
        throw new BackendUnavailableException("None of " + PREFERRED + " can train on this machine.");
    }

    private Examiner examiner(Experiment experiment, List<PredictionTask> asked) {
        return new Examiner(
                experiment.reasoning(),
                experiment.verifier(),
                EvaluationSettings.builder(experiment.reasoning().sampling(1, 0))
                        .tasksPerChunk(128)
                        .build(),
                asked,
                err);
    }

    private PreparedTasks findHardTokens(Experiment experiment, Path corpus) {
        PreparedTasks prepared;
        try (ProgressDisplay progress = new ProgressDisplay("scoring", " tokens", err)) {
            prepared = experiment.findHardTokens(corpus, progress);
        }
        out.println(prepared.statistics());
        out.printf(
                "%d training tasks, %d held-out tasks%n",
                prepared.train().size(), prepared.heldOut().size());
        return prepared;
    }
}
