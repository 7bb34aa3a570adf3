package org.rpt4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.core.train.TrainingResult;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.Sections;
import org.rpt4j.run.directory.RunDirectory;
import org.rpt4j.run.launch.ConfiguredRun;
import org.rpt4j.run.launch.CostEstimate;
import org.rpt4j.run.launch.ResourcePlan;
import org.rpt4j.run.launch.RunResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A whole run. */
@Command(
        name = "run",
        aliases = "train",
        description = {
            "Find hard tokens, hold documents out, evaluate, train, save, evaluate again and report. 'train' is another"
                    + " name of this command.",
            "Every key of the configuration is an option. Options go before the system properties rpt4j.KEY, these"
                    + " before the variables RPT4J_KEY of the environment, these before --config, and that before the"
                    + " defaults.",
            "Prints a table of before and after to standard output. Everything else goes into --run.directory."
        },
        footer = {
            "",
            "Example:",
            "  rpt4j run --model.directory MODEL --files corpus.jsonl --steps 200 \\",
            "      --run.directory runs/first"
        })
class RunCommand implements Runnable, ConfiguredCommand {

    @Mixin
    private ConfigurationChoice choice;

    @Mixin
    private SetOption set;

    @Option(
            names = "--dry-run",
            description = "Do not run: print the configuration, the maximum cost, the memory, disk and time that each"
                    + " phase needs, and settings with which a run fits that does not. With --fit, show the run with"
                    + " these settings.")
    private boolean dryRun;

    @Option(
            names = "--fit",
            description = "If the run does not fit into memory or on the disk, replace settings until it does, the"
                    + " cheapest first, and print them. A run that resumes keeps the ones with which it started.")
    private boolean fit;

    @Spec
    private CommandSpec spec;

    private Optional<Path> directory = Optional.empty();
    private Optional<Path> saved = Optional.empty();
    private boolean resumes;

    @Override
    public List<Key<?>> keys() {
        return Sections.keys();
    }

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        RunConfiguration configuration = choice.configuration(given());
        if (dryRun) {
            describe(configuration, out);
            return;
        }
        requireOutput(configuration);
        if (fit) {
            configuration = fitted(configuration, err);
        }
        configuration.notes().forEach(note -> err.println("note: " + note));
        directory = configuration.find(RunKeys.DIRECTORY);
        resumes = configuration.get(RunKeys.RESUME);
        RunResult result = launch(configuration, out, err);
        saved = result.checkpoint();
        requireFinished(result);
    }

    /** The keys that the command sets itself. */
    Map<String, String> fixed() {
        return Map.of();
    }

    private Map<String, String> given() {
        Map<String, String> given = new LinkedHashMap<>(set.values());
        Set<String> typed =
                KeyOptions.typed(spec.commandLine().getParseResult()).keySet();
        fixed().forEach((key, value) -> {
            if (typed.contains(key) || given.containsKey(key)) {
                throw new ParameterException(
                        spec.commandLine(),
                        "'" + spec.name() + "' sets " + key + " to " + value + ". Use 'run' for another value.");
            }
            given.put(key, value);
        });
        return given;
    }

    private void describe(RunConfiguration given, PrintWriter out) {
        ResourcePlan plan = ResourcePlan.of(given);
        RunConfiguration configuration = fit ? plan.fitted() : given;
        ConfigurationListing.print(configuration, out);
        out.println();
        out.print(CostEstimate.of(configuration).describe());
        ConfiguredRun.time(configuration).ifPresent(time -> out.println("Time: " + time + "."));
        out.println("Memory and disk, if every prompt and completion has its full length:");
        plan.describe().forEach(out::println);
        out.flush();
        ConfiguredRun.checkAnswers(configuration).forEach(note -> out.println("note: " + note));
        out.flush();
    }

    /** The configuration with the settings of the plan, which are printed. */
    private static RunConfiguration fitted(RunConfiguration given, PrintWriter err) {
        ResourcePlan plan = ResourcePlan.of(given);
        RunConfiguration fitted = plan.fitted();
        plan.settings().forEach(setting -> err.println("fit: " + setting.line() + "  # " + setting.effect()));
        err.flush();
        return fitted;
    }

    /** Runs with progress and summary. */
    static RunResult launch(RunConfiguration configuration, PrintWriter out, PrintWriter err) {
        RunResult result;
        try (RunDisplay display = new RunDisplay(err)) {
            result = new ConfiguredRun(configuration, display).run();
        }
        RunSummary.print(result, out, err);
        return result;
    }

    /** @throws OperationCancelledException if the run was stopped */
    static void requireFinished(RunResult result) {
        if (result.training().outcome() == TrainingResult.Outcome.CANCELLED) {
            throw new OperationCancelledException("The run was stopped before step "
                    + result.training().nextStep() + "."
                    + (result.report().isPresent()
                            ? ""
                            : " It cannot be resumed, because " + KeyOptions.name(RunKeys.DIRECTORY)
                                    + " was not given. The weights so far are saved."));
        }
    }

    /**
     * A run that was recorded is resumed. One that has not come so far starts again with its own command, and so does
     * one that resumes: its settings need not be those in the directory yet. One that saved its weights alone would
     * find their place taken.
     */
    @Override
    public Optional<String> next(List<String> arguments) {
        if (directory.isEmpty() && saved.isPresent()) {
            return Optional.empty();
        }
        return Optional.of(directory
                .filter(run -> !resumes && RunDirectory.isRun(run))
                .map(run -> ConfiguredRun.hasCheckpoint(run) ? NextCommand.resume(run) : NextCommand.fromStart(run))
                .orElseGet(() -> NextCommand.again(arguments)));
    }

    private void requireOutput(RunConfiguration configuration) {
        if (RunKeys.checkpoint(configuration).isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "The run has nowhere to write to. Set " + KeyOptions.name(RunKeys.DIRECTORY) + " to record it, or "
                            + KeyOptions.name(RunKeys.SAVE) + " to keep the trained weights alone.");
        }
    }
}
