package org.rpt4j.cli;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * The commands by name, in the order of the help. To make one, its annotations and the keys of its options are read,
 * which takes longer than many commands run, so only those that a command line needs are made.
 */
final class Commands {

    private static final String HELP = "help";
    private static final String VERSION = "--version";
    private static final Map<String, Supplier<Runnable>> ALL = new LinkedHashMap<>();

    static {
        ALL.put("backends", BackendsCommand::new);
        ALL.put("score", ScoreCommand::new);
        ALL.put("dataset", DatasetCommand::new);
        ALL.put("merge-shards", MergeShardsCommand::new);
        ALL.put("warm-up", WarmUpCommand::new);
        ALL.put("run", RunCommand::new);
        ALL.put("resume", ResumeCommand::new);
        ALL.put("config", ConfigCommand::new);
        ALL.put("evaluate", EvaluateCommand::new);
        ALL.put("bench", BenchCommand::new);
        ALL.put("report", ReportCommand::new);
        ALL.put("compare", CompareCommand::new);
        ALL.put("compare-objectives", CompareObjectivesCommand::new);
        ALL.put("generate", GenerateCommand::new);
        ALL.put("reason", ReasonCommand::new);
        ALL.put("serve", ServeCommand::new);
        ALL.put("merge", MergeCommand::new);
        ALL.put("export", ExportCommand::new);
        ALL.put("quantize", QuantizeCommand::new);
        ALL.put(HELP, HelpCommand::new);
    }

    private Commands() {}

    /** The names of all commands. */
    static Collection<String> names() {
        return ALL.keySet();
    }

    /** A new command. */
    static Runnable create(String name) {
        return Objects.requireNonNull(ALL.get(name)).get();
    }

    /** The commands that a command line can come to: the one that it starts with, none for the version, else all. */
    static Collection<String> usedBy(String... arguments) {
        String first = arguments.length == 0 ? "" : arguments[0];
        if (first.equals(VERSION)) {
            return List.of();
        }
        return ALL.containsKey(first) && !first.equals(HELP) ? List.of(first) : names();
    }
}
