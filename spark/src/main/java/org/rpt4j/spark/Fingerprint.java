package org.rpt4j.spark;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.error.BackendFailureException;
import org.rpt4j.api.error.BackendUnavailableException;

/**
 * What the bits of a result depend on besides weights, input and key: backend, engine with its version and instruction
 * set, threads, precision, device. Machines with equal texts compute equal bits. Stateless.
 */
final class Fingerprint {

    /** Flags of processors that decide which kernels an engine or the JVM takes. */
    private static final Pattern ARITHMETIC = Pattern.compile("(avx|fma|f16c|amx|sse4|sve|asimd).*");

    private Fingerprint() {}

    /** The text of an open backend. */
    static String of(Backend backend, BackendOptions options) {
        return "rpt4j " + version() + ", backend " + backend.name() + ", "
                + backend.engine().orElseGet(Fingerprint::processor) + ", " + options.threads() + " threads, "
                + options.precision() + ", " + options.device();
    }

    /**
     * Checks that two executors compute equal bits.
     *
     * @param who names the executor with the text that was found
     * @param other names the one with the expected text
     * @throws BackendFailureException if they differ
     */
    static void requireSame(String who, String found, String other, String expected) {
        if (!found.equals(expected)) {
            throw new BackendFailureException(who + " computes with " + found + ", " + other + " with " + expected
                    + ", so the bits of a result would depend on who computes it. Use executors of one kind, or allow"
                    + " mixed-executors in ClusterOptions: results then agree within the tolerance of the arithmetic"
                    + " only.");
        }
    }

    private static String version() {
        Properties build = new Properties();
        try (InputStream in =
                Objects.requireNonNull(Fingerprint.class.getResourceAsStream("version.properties"), "its version")) {
            build.load(in);
        } catch (IOException e) {
            throw new BackendUnavailableException("the jar of rpt4j-spark is damaged: version.properties", e);
        }
        return build.getProperty("version");
    }

    private static String processor() {
        return "Java " + Runtime.version().feature() + ", " + System.getProperty("os.arch") + " ("
                + flags(Path.of("/proc/cpuinfo")) + ")";
    }

    /** The first processor's flags; of a system that does not list them, nothing. */
    private static String flags(Path file) {
        if (!Files.isReadable(file)) {
            return "unknown instruction sets";
        }
        try (Stream<String> lines = Files.lines(file)) {
            List<String> words = lines.filter(line -> line.startsWith("flags") || line.startsWith("Features"))
                    .limit(1)
                    .flatMap(line -> Stream.of(line.split("\\s+")))
                    .filter(word -> ARITHMETIC.matcher(word).matches())
                    .toList();
            return new TreeSet<>(words).stream().collect(Collectors.joining(" "));
        } catch (IOException e) {
            return "unknown instruction sets";
        }
    }
}
