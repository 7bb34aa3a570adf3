package org.rpt4j.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many small runs in one process: a server that lives long must not grow with the number of runs it has made. */
class RunSoakTest {

    private static final int RUNS = Integer.getInteger("rpt4j.soak.runs", 40);
    private static final long MIB = 1 << 20;

    /** What the process may grow by in the last two thirds of the runs: noise of the JVM, far less than one run takes. */
    private static final long MOST_GROWTH = 48 * MIB;

    /** What docs/reliability.md recommends for servers. */
    private static final String ARENAS = "2";

    @TempDir
    private Path directory;

    @Tag("soak")
    @ParameterizedTest
    @ValueSource(strings = {"native", "djl", "onnx", "reference"})
    void aServerDoesNotGrowWithItsRuns(String backend) throws Exception {
        assumeTrue(Quantity.observable(), "no /proc on this platform");

        requireFlat(resident(backend, RUNS));
    }

    /** What the allocator keeps of a larger model is far more than what the tiny one shows. */
    @Tag("soak")
    @ParameterizedTest
    @ValueSource(strings = {"native", "djl"})
    void aServerDoesNotGrowWithTheRunsOfALargerModel(String backend) throws Exception {
        assumeTrue(Quantity.observable(), "no /proc on this platform");

        requireFlat(resident(backend, RUNS, Shapes.DEEP.name()));
    }

    @Test
    void theProbeReportsEveryRun() throws Exception {
        assumeTrue(Quantity.observable(), "no /proc on this platform");

        assertThat(resident("onnx", 3)).hasSize(3).allMatch(bytes -> bytes > MIB);
    }

    private static void requireFlat(List<Long> resident) {
        assertThat(growth(resident))
                .as("growth over the last two thirds of %s", resident)
                .isLessThan(MOST_GROWTH);
    }

    private List<Long> resident(String backend, int runs, String... shape) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx192m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ManyRunsProbe.class.getName(),
                        backend,
                        directory.toString(),
                        Integer.toString(runs))
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.command().addAll(List.of(shape));
        builder.environment().put("MALLOC_ARENA_MAX", ARENAS);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return output.lines().map(Long::parseLong).toList();
    }

    /** The least of the last third minus the least of the second third. */
    private static long growth(List<Long> resident) {
        int third = resident.size() / 3;
        return least(resident.subList(2 * third, resident.size())) - least(resident.subList(third, 2 * third));
    }

    private static long least(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).min().orElseThrow();
    }
}
