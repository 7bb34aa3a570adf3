package org.rpt4j.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rpt4j.core.eval.EvaluationReport;
import org.rpt4j.core.eval.EvaluationTable;
import org.rpt4j.model.format.AtomicFiles;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.section.AnswerKeys;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.EvaluationKeys;
import org.rpt4j.run.config.section.LikelihoodKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.PromptKeys;
import org.rpt4j.run.config.section.RewardKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.SamplingKeys;
import org.rpt4j.run.config.section.SelectionKeys;
import org.rpt4j.run.config.section.TaskKeys;
import org.rpt4j.run.launch.ConfiguredEvaluation;
import org.rpt4j.run.launch.ScoreKeeping;
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
            "Prints a table to standard output. With the settings of a run, and its starting model as --proxy, the tasks"
                    + " are those that the run held out. --held-out-share 1 evaluates every document.",
            "With --out, <out>.record keeps the scores of the corpus until all are there: after an interruption, the same"
                    + " command continues there."
        },
        footer = {
            "",
            "Example:",
            "  rpt4j evaluate --model.directory MODEL --files test.jsonl \\",
            "      --held-out-share 1 --out report.json"
        })
final class EvaluateCommand implements Runnable, ConfiguredCommand {

    @Mixin
    private ConfigurationChoice choice;

    @Option(names = "--out", paramLabel = "FILE", description = "Also write the report as JSON.")
    private @Nullable Path out;

    @Mixin
    private Overwrite overwrite;

    @Spec
    private CommandSpec spec;

    @Override
    public List<Key<?>> keys() {
        return CommandKeys.all(
                List.of(
                        ModelKeys.DIRECTORY,
                        ModelKeys.ADAPTER,
                        ModelKeys.PROXY,
                        ModelKeys.ACCEPT_CONFIG,
                        SamplingKeys.MAX_TOKENS,
                        RunKeys.SEED),
                CommandKeys.BACKEND,
                CommandKeys.section(TaskKeys.KIND),
                CommandKeys.section(CorpusKeys.FILES),
                CommandKeys.section(AnswerKeys.PATHS),
                CommandKeys.SCORING,
                CommandKeys.section(SelectionKeys.RULE),
                CommandKeys.section(PromptKeys.INSTRUCTION),
                CommandKeys.without(CommandKeys.section(RewardKeys.NAME), RewardKeys.MAX_ABSTAINED),
                CommandKeys.section(LikelihoodKeys.KIND),
                CommandKeys.without(CommandKeys.section(EvaluationKeys.TASKS), EvaluationKeys.EVERY_STEPS));
    }

    @Override
    public void run() {
        RunConfiguration configuration = choice.configuration();
        overwrite.require(out);
        Path model = configuration.get(ModelKeys.DIRECTORY);
        String name = String.valueOf(model.toAbsolutePath().normalize().getFileName());
        EvaluationReport report;
        try (RunDisplay display = new RunDisplay(spec.commandLine().getErr())) {
            report = ConfiguredEvaluation.evaluate(
                    configuration, name, Optional.ofNullable(out).map(ScoreKeeping::beside), display);
        }
        PrintWriter results = spec.commandLine().getOut();
        results.print(EvaluationTable.of(report));
        results.flush();
        write(report);
    }

    private void write(EvaluationReport report) {
        if (out != null) {
            byte[] json = (report.toJson() + "\n").getBytes(StandardCharsets.UTF_8);
            AtomicFiles.replace(out, stream -> stream.write(json));
        }
    }
}
