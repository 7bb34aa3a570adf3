package org.rpt4j.samples.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.core.run.Artifact;
import org.rpt4j.core.run.RecordingOptions;
import org.rpt4j.core.run.RunDirectory;
import org.rpt4j.core.run.RunRecord;
import org.rpt4j.core.run.Setting;
import org.rpt4j.core.tokenize.Tokenizer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** The options that say what is kept of a run. */
final class RunChoice {

    @Option(
            names = "--run-dir",
            paramLabel = "DIR",
            description = "Keep configuration, provenance, metrics, rollouts, evaluations and a report in this "
                    + "directory, which is empty or not there yet.")
    private @Nullable Path directory;

    @Option(
            names = "--eval-every",
            paramLabel = "N",
            defaultValue = "0",
            description = "Evaluate after every N steps, too, into the run directory; 0 for never "
                    + "(default: ${DEFAULT-VALUE}). Four such evaluations give the report its scaling law.")
    private long evalEvery;

    void requireFree() {
        if (evalEvery < 0) {
            throw new IllegalArgumentException("--eval-every is " + evalEvery + ", must not be negative");
        }
        if (directory == null && evalEvery > 0) {
            throw new IllegalArgumentException("--eval-every has nowhere to write to. Name a --run-dir.");
        }
        if (directory != null) {
            RunDirectory.requireFree(directory);
        }
    }

    RunLog open(CommandSpec spec, ModelDescription model, Tokenizer tokenizer, Examiner examiner) {
        if (directory == null) {
            return new RunLog(null, null, examiner, 0);
        }
        RunDirectory run = RunDirectory.create(directory, record(spec, model), settings(spec));
        return new RunLog(directory, run.recorder(tokenizer::decode, RecordingOptions.DEFAULTS), examiner, evalEvery);
    }

    private static RunRecord record(CommandSpec spec, ModelDescription model) {
        List<Artifact> artifacts = new ArrayList<>();
        for (String role : List.of("model", "proxy", "corpus")) {
            if (value(spec, role) instanceof Path path) {
                artifacts.add(Artifact.of(role, path));
            }
        }
        Map<String, Long> seeds = new LinkedHashMap<>();
        if (value(spec, "seed") instanceof Long seed) {
            seeds.put("seed", seed);
        }
        return RunRecord.now(
                value(spec, "backend") + ", device " + value(spec, "device") + ", precision "
                        + value(spec, "precision") + ", threads " + value(spec, "threads"),
                model,
                seeds,
                artifacts);
    }

    private static @Nullable Object value(CommandSpec spec, String option) {
        return spec.findOption("--" + option).getValue();
    }

    private static List<Setting> settings(CommandSpec spec) {
        List<Setting> settings = new ArrayList<>();
        for (OptionSpec option : spec.options()) {
            Object value = option.getValue();
            if (value != null && !option.usageHelp()) {
                boolean given = spec.commandLine().getParseResult().hasMatchedOption(option);
                settings.add(new Setting(
                        option.longestName().substring(2), String.valueOf(value), given ? "command line" : "default"));
            }
        }
        return settings;
    }
}
