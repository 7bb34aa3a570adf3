package org.rpt4j.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Policy;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.core.eval.EvaluationReport;
import org.rpt4j.core.eval.EvaluationSettings;
import org.rpt4j.core.eval.EvaluationTable;
import org.rpt4j.core.pipeline.Reasoning;
import org.rpt4j.core.reward.DeadlineVerifier;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.model.format.AtomicFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures how well a model predicts hard tokens, with a thought and without. */
@Command(
        name = "evaluate",
        description = {
            "Measure how well a model predicts the hard tokens of a corpus: directly, and after a thought.",
            "Prints a table to standard output. With the proxy, the selection, the --held-out and the --seed of a "
                    + "'train' run, the tasks are those that it held out."
        })
final class EvaluateCommand implements Runnable {

    @Mixin
    private ModelChoice model;

    @Mixin
    private TaskChoice taskChoice;

    @Mixin
    private ReasoningChoice reasoningChoice;

    @Mixin
    private BackendChoice backendChoice;

    @Option(
            names = "--held-out",
            paramLabel = "SHARE",
            defaultValue = "1",
            description = "Share of documents that are evaluated, 0 to 1 (default: ${DEFAULT-VALUE}).")
    private double heldOut;

    @Option(
            names = "--eval-tasks",
            paramLabel = "N",
            defaultValue = "200",
            description = "Most tasks to evaluate (default: ${DEFAULT-VALUE}).")
    private int evalTasks;

    @Option(
            names = "--samples",
            paramLabel = "N",
            defaultValue = "1",
            description = "Thoughts per task; more than one need a temperature (default: ${DEFAULT-VALUE}).")
    private int samples;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            defaultValue = "0",
            description = "Of the thoughts; 0 is greedy (default: ${DEFAULT-VALUE}).")
    private double temperature;

    @Option(names = "--out", paramLabel = "FILE", description = "Write the report as JSON, too.")
    private @Nullable Path out;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        PrintWriter err = spec.commandLine().getErr();
        TaskChoice.Tasks source = taskChoice.open();
        ReasoningChoice.Judge judge = reasoningChoice.judge();
        EvaluationReport report;
        try (Tokenizer tokenizer = model.openTokenizer();
                Backend backend = backendChoice.open()) {
            Reasoning reasoning = reasoningChoice.reasoning(model, tokenizer);
            EvaluationSettings settings = settings(reasoning);
            List<PredictionTask> tasks = source.prepare(
                            model, tokenizer, backend, heldOut, reasoning.maxContextTokens(), err)
                    .heldOutSample(evalTasks, taskChoice.seed());
            try (Policy policy = backend.openPolicy(model.source());
                    DeadlineVerifier verifier = judge.verifier(policy, tokenizer, reasoning)) {
                report = new Examiner(reasoning, verifier, settings, tasks, err).examine(model.name(), policy);
            }
        }
        PrintWriter results = spec.commandLine().getOut();
        results.print(EvaluationTable.of(report));
        results.flush();
        write(report);
    }

    private EvaluationSettings settings(Reasoning reasoning) {
        SamplingOptions sampling = reasoning.sampling(samples, temperature).toBuilder()
                .seed(taskChoice.seed())
                .step(0)
                .build();
        return EvaluationSettings.builder(sampling)
                .passAt(samples > 1 ? List.of(1, samples) : List.of())
                .build();
    }

    private void write(EvaluationReport report) {
        if (out != null) {
            byte[] json = (report.toJson() + "\n").getBytes(StandardCharsets.UTF_8);
            AtomicFiles.replace(out, stream -> stream.write(json));
        }
    }
}
