package org.rpt4j.fuzz;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Fuzzes one target after another, each in a JVM of its own with a small heap, and prints a line for each. Findings,
 * the log and the inputs that reached new code stay in {@code target/fuzz/<target>}, where the next campaign continues
 * from them.
 */
final class Campaign {

    private static final String ALL = "all";
    private static final String SUFFIX = "Fuzz";
    private static final int SECONDS_PER_INPUT = 10;
    private static final int MOST_FINDINGS = 20;
    private static final String HEAP = "-Xmx256m";
    /** Heap, metaspace and native memory of Jazzer. */
    private static final int MOST_RESIDENT_MIB = 1536;
    /** Extra time for starting the JVM, for the last input and for minimising findings. */
    private static final int SECONDS_TO_SPARE = 300;

    private final Path module;
    private final int seconds;

    private Campaign(Path module, int seconds) {
        this.module = module;
        this.seconds = seconds;
    }

    /**
     * Runs a campaign; fails if there are findings.
     *
     * @param arguments a target or {@code all}, the seconds for each, and the directory of this module
     */
    public static void main(String[] arguments) throws Exception {
        Campaign campaign = new Campaign(Path.of(arguments[2]), Integer.parseInt(arguments[1]));
        List<FuzzOutcome> outcomes = new ArrayList<>();
        for (String target : targets(arguments[0])) {
            FuzzOutcome outcome = campaign.run(target);
            System.out.println(outcome.line());
            outcomes.add(outcome);
        }
        List<String> failed = outcomes.stream()
                .filter(outcome -> !outcome.clean())
                .map(FuzzOutcome::target)
                .toList();
        if (!failed.isEmpty()) {
            throw new IllegalStateException("Findings of " + failed + ". See " + campaign.folder("<target>"));
        }
    }

    private static List<String> targets(String asked) throws IOException, URISyntaxException {
        Path classes =
                Path.of(Campaign.class.getResource("Campaign.class").toURI()).getParent();
        try (Stream<Path> files = Files.list(classes)) {
            List<String> all = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(SUFFIX + ".class"))
                    .map(name -> name.substring(0, name.length() - ".class".length()))
                    .sorted()
                    .toList();
            if (!asked.equals(ALL) && !all.contains(asked)) {
                throw new IllegalArgumentException(
                        "Unknown target " + asked + ". Available: " + all + ", and " + ALL + ".");
            }
            return asked.equals(ALL) ? all : List.of(asked);
        }
    }

    private Path folder(String target) {
        return module.resolve("target/fuzz").resolve(target);
    }

    private FuzzOutcome run(String target) throws IOException, InterruptedException {
        Path corpus = Files.createDirectories(folder(target).resolve("corpus"));
        Path findings = Files.createDirectories(folder(target).resolve("findings"));
        Path log = folder(target).resolve("log.txt");
        Path seeds = module.resolve("src/test/resources/org/rpt4j/fuzz").resolve(target + "Inputs/read");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        HEAP,
                        "-classpath",
                        System.getProperty("java.class.path"),
                        "com.code_intelligence.jazzer.Jazzer",
                        "--target_class=" + Campaign.class.getPackageName() + "." + target,
                        "--instrumentation_includes=org.rpt4j.**",
                        "--keep_going=" + MOST_FINDINGS,
                        "--reproducer_path=" + findings,
                        "-artifact_prefix=" + findings + File.separator,
                        "-max_total_time=" + seconds,
                        "-timeout=" + SECONDS_PER_INPUT,
                        "-rss_limit_mb=" + MOST_RESIDENT_MIB,
                        "-print_final_stats=1",
                        corpus.toString(),
                        seeds.toString())
                .directory(folder(target).toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!process.waitFor((long) seconds + SECONDS_TO_SPARE, TimeUnit.SECONDS)) {
                throw new IllegalStateException(target + " does not end. See " + log);
            }
        } finally {
            process.destroyForcibly();
        }
        return FuzzOutcome.of(target, process.exitValue(), Files.readAllLines(log), findings);
    }
}
