package org.rpt4j.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.rpt4j.spi.Availability;
import org.rpt4j.spi.Backends;

/** The memory estimates of backends match what the operating system reports, in a separate process for each case. */
class MemoryEstimateTest {

    private static final Percentage ALLOWED = Percentage.withPercentage(20);

    /** Blocks of at least 1 MiB are mapped individually, so that no C library fragments. */
    private static final Map<String, String> MAPPED = Map.of("MALLOC_MMAP_THRESHOLD_", "1048576");

    private static final Path REPORT = Path.of(System.getProperty("rpt4j.soak.reports", "target/soak"), "memory.md");

    @TempDir
    private static Path folder;

    private static final List<String> LINES = new ArrayList<>(List.of(
            "| backend | shape | precision | recompute | sequences | work | blocks | estimate, MiB | measured, MiB"
                    + " | ratio |",
            "|---|---|---|---|---:|---|---|---:|---:|---:|"));

    @BeforeEach
    void needsAnObservableProcess() {
        assumeTrue(Quantity.observable(), "no /proc on this platform");
    }

    @AfterAll
    static void report() throws IOException {
        Files.createDirectories(REPORT.getParent());
        Files.write(REPORT, LINES);
    }

    @ParameterizedTest(name = "{0}, {1}, {2}, recompute {3}, {4} sequences: {5}")
    @CsvSource({
        "native, EVEN, FP32, false, 16, GENERATE:4:4:64:32 TRAIN:2:4:64:32",
        "djl, EVEN, FP32, false, 16, GENERATE:4:4:64:32 TRAIN:2:4:64:32",
        "onnx, EVEN, FP32, false, 16, SCORE:8:0:500:0",
    })
    void anEstimateOfEveryBackendIsWithinAFifth(
            String backend, Shapes shape, String precision, boolean recompute, int sequences, String work)
            throws IOException, InterruptedException {
        requireClose(backend, shape, precision, recompute, sequences, work, MAPPED);
    }

    @Tag("soak")
    @ParameterizedTest(name = "{0}, {1}, {2}, recompute {3}, {4} sequences: {5}")
    @CsvFileSource(resources = "memory-cases.csv", numLinesToSkip = 1)
    void estimatesAreWithinAFifth(
            String backend, Shapes shape, String precision, boolean recompute, int sequences, String work)
            throws IOException, InterruptedException {
        requireClose(backend, shape, precision, recompute, sequences, work, MAPPED);
        if (backend.equals("djl")) {
            requireClose(backend, shape, precision, recompute, sequences, work, Map.of());
        }
    }

    private static void requireClose(
            String backend,
            Shapes shape,
            String precision,
            boolean recompute,
            int sequences,
            String work,
            Map<String, String> environment)
            throws IOException, InterruptedException {
        long[] bytes = probe(backend, shape, precision, recompute, sequences, work, environment);
        LINES.add(String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s | %d | %s | %s | %d | %d | %.3f |",
                backend,
                shape,
                precision,
                recompute,
                sequences,
                work,
                environment.isEmpty() ? "as usual" : "mapped",
                bytes[0] >> 20,
                bytes[1] >> 20,
                (double) bytes[0] / bytes[1]));
        assertThat(bytes[0]).as("estimated bytes").isCloseTo(bytes[1], ALLOWED);
    }

    /** Estimated and measured bytes. The heap of the process is resident from the start and does not count. */
    private static long[] probe(
            String backend,
            Shapes shape,
            String precision,
            boolean recompute,
            int sequences,
            String work,
            Map<String, String> environment)
            throws IOException, InterruptedException {
        if (Backends.discover().provider(backend).availability() instanceof Availability.Unavailable unavailable) {
            assumeTrue(false, unavailable.reason());
        }
        Path model = shape.write(Files.createTempDirectory(folder, "model")).directory();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms256m",
                "-Xmx256m",
                "-XX:+AlwaysPreTouch",
                "-XX:+UseSerialGC",
                "-XX:MaxDirectMemorySize=1g",
                "-cp",
                System.getProperty("java.class.path"),
                MemoryProbe.class.getName(),
                backend,
                model.toString(),
                precision,
                Boolean.toString(recompute),
                Integer.toString(sequences)));
        command.addAll(List.of(work.split(" ")));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().remove("MALLOC_MMAP_THRESHOLD_");
        builder.environment().putAll(environment);
        Process process = builder.start();
        String[] numbers = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .strip()
                .split(" ");
        assertThat(process.waitFor()).isZero();
        return new long[] {Long.parseLong(numbers[0]), Long.parseLong(numbers[1])};
    }
}
