package org.rpt4j.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.core.train.TrainerState;
import org.rpt4j.run.resume.CheckpointSaver;
import org.rpt4j.run.resume.CheckpointSettings;
import org.rpt4j.run.resume.CheckpointStore;
import org.rpt4j.run.resume.Retention;

/**
 * How long a checkpoint blocks a step: with a background thread, until the copy is taken; otherwise, until everything
 * is written, hashed and on disk.
 *
 * <pre>{@code
 * mvn -q -pl jmh -am package -DskipTests
 * java -jar jmh/target/benchmarks.jar CheckpointBenchmark -p backend=native,djl -p shape=S15
 * }</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3)
@Measurement(iterations = 10)
public class CheckpointBenchmark {

    /** The backend. */
    @Param({"native", "djl"})
    public String backend;

    /** Size of the model: tiny, S15 or S135. */
    @Param("tiny")
    public String shape;

    /** Whether a background thread writes. */
    @Param({"true", "false"})
    public boolean background;

    private Workbench bench;
    private TrainablePolicy policy;
    private Optimizer optimizer;
    private Path directory;
    private CheckpointSaver saver;
    private long step;

    /** Opens the model. */
    @Setup
    public void open() throws IOException {
        bench = Workbench.open(backend, shape, 0, "fp32");
        policy = bench.backend().openTrainablePolicy(bench.model());
        optimizer = policy.openOptimizer(OptimizerOptions.PAPER);
        directory = Files.createTempDirectory("rpt4j-checkpoints");
    }

    /** Waits for an idle saver. */
    @Setup(Level.Iteration)
    public void prepare() {
        saver = new CheckpointSaver(
                new CheckpointStore(directory),
                policy,
                optimizer,
                CheckpointSettings.builder(new Retention(1, false))
                        .identity(Map.of())
                        .background(background)
                        .build());
        step++;
    }

    /** The time that the run thread waits. */
    @Benchmark
    public Object held() {
        return saver.save(TrainerState.at(step));
    }

    /** Checks that the checkpoint exists in the end. */
    @TearDown(Level.Iteration)
    public void finish() {
        saver.close();
        long saved =
                new CheckpointStore(directory).latest().orElseThrow().manifest().nextStep();
        Answers.require(saved == step, "the latest checkpoint is that of step " + saved + " instead of " + step);
    }

    /** Deletes everything. */
    @TearDown
    public void close() throws IOException {
        optimizer.close();
        policy.close();
        bench.close();
        try (var files = Files.walk(directory)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
