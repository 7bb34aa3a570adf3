package org.rpt4j.jmh;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The life of a JVM that generates one token: start, library, engine, checkpoint, prompt, exit.
 *
 * <pre>{@code
 * mvn -q -pl jmh -am package -DskipTests
 * java -jar jmh/target/benchmarks.jar StartupBenchmark -p backend=native,djl -p shape=S15
 * }</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
public class StartupBenchmark {

    /** The backend. */
    @Param({"native", "djl", "reference"})
    public String backend;

    /** Size of the model: tiny, S15 or S135. */
    @Param("tiny")
    public String shape;

    private Workbench bench;
    private String printed = "";

    /** Writes the model. */
    @Setup
    public void open() {
        bench = Workbench.open(backend, shape, 1, "fp32");
    }

    /** One run of {@link StartupProbe}. */
    @Benchmark
    public String start() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        StartupProbe.class.getName(),
                        backend,
                        bench.model().directory().toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        Answers.require(process.waitFor() == 0, "the JVM exited with " + process.exitValue());
        return printed;
    }

    /** Checks that the output is a token. */
    @TearDown
    public void checkAndClose() {
        bench.close();
        Answers.require(printed.matches("\\d+"), "printed \"" + printed + "\" instead of a token");
    }
}
