package org.rpt4j.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rpt4j.model.format.AtomicFiles;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.Sections;
import org.rpt4j.run.launch.RunObserver;
import org.rpt4j.run.study.ObjectiveStudy;
import org.rpt4j.run.study.StudyObserver;
import org.rpt4j.run.study.StudyResult;
import org.rpt4j.run.study.Variant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Compares ways to train at equal compute. */
@Command(
        name = "compare-objectives",
        description = {
            "Train variants of one configuration with the same seeds and compute, evaluate them on the same held-out"
                    + " tokens, and write one page.",
            "The first variant takes --training.steps; what that costs is the compute of the others. Everything goes"
                    + " below --run.directory. After any interruption, the same command continues."
        },
        footer = {
            "",
            "Example:",
            "  rpt4j compare-objectives --config base.yaml --seeds 1,2,3 \\",
            "      --vary objective.name=grpo,rloo,maxrl --run.directory runs/study"
        })
final class CompareObjectivesCommand implements Runnable, ConfiguredCommand {

    @Mixin
    private ConfigurationChoice choice;

    @Option(
            names = "--vary",
            paramLabel = "KEY=VALUE,VALUE",
            description = "A key and the values that it takes, with all values of the other keys given so; may be given"
                    + " several times. A combination that does not go together is left out, with the reason.")
    private List<String> varied = List.of();

    @Option(
            names = "--variants",
            paramLabel = "FILE",
            description = "Variants by name, each with its settings, in a format of configurations.")
    private @Nullable Path file;

    @Option(
            names = "--seeds",
            split = ",",
            paramLabel = "SEED",
            description = "Seeds of the runs, separated by commas; otherwise --run.seed alone.")
    private List<Long> seeds = List.of();

    @Spec
    private CommandSpec spec;

    @Override
    public List<Key<?>> keys() {
        return Sections.keys();
    }

    @Override
    public List<Key<?>> required() {
        return List.of(RunKeys.DIRECTORY);
    }

    @Override
    public void run() {
        RunConfiguration base = choice.configuration();
        PrintWriter err = spec.commandLine().getErr();
        StudyResult result;
        try (RunDisplay display = new RunDisplay(err)) {
            result = study(base, display, err).run();
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(result.toText());
        out.flush();
        Path page = base.get(RunKeys.DIRECTORY).resolve("study.html");
        byte[] html = result.toHtml().getBytes(StandardCharsets.UTF_8);
        AtomicFiles.replace(page, stream -> stream.write(html));
        err.println("The page is " + page);
    }

    private ObjectiveStudy study(RunConfiguration base, RunDisplay display, PrintWriter err) {
        try {
            return new ObjectiveStudy(
                    base,
                    variants(),
                    seeds.isEmpty() ? List.of(base.get(RunKeys.SEED)) : seeds,
                    new Display(display, err));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private List<Variant> variants() {
        if (varied.isEmpty() == (file == null)) {
            throw new ParameterException(spec.commandLine(), "Give either --vary or --variants: the ways to compare.");
        }
        if (file != null) {
            return Variant.read(file);
        }
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String one : varied) {
            int equals = one.indexOf('=');
            if (equals < 1 || equals == one.length() - 1) {
                throw new ParameterException(
                        spec.commandLine(), "--vary " + one + " has no values. Write KEY=VALUE,VALUE.");
            }
            String key = one.substring(0, equals);
            if (values.put(
                            key,
                            new ArrayList<>(List.of(one.substring(equals + 1).split(","))))
                    != null) {
                throw new ParameterException(spec.commandLine(), "--vary " + key + " is given twice.");
            }
        }
        return Variant.product(values);
    }

    /** Tells which run is under way. */
    private record Display(RunDisplay display, PrintWriter err) implements StudyObserver {

        @Override
        public void leftOut(String variant, String reason) {
            err.println("not run: " + variant + ": " + reason);
        }

        @Override
        public void starting(String variant, long seed, int number, int of) {
            err.println("run " + number + " of " + of + ": " + variant + ", seed " + seed);
            err.flush();
        }

        @Override
        public RunObserver runs() {
            return display;
        }
    }
}
