package org.rpt4j.jmh;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.OptimizerStep;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;

/**
 * Forward, backward and AdamW on a group of 8 completions of 128 tokens after a shared prompt of 256 tokens. {@code
 * tokens} is the number of trained tokens per second; it does not include the prompt, which must be computed too.
 *
 * <pre>{@code
 * mvn -q -pl jmh -am package -DskipTests
 * java -jar jmh/target/benchmarks.jar TrainingStepBenchmark
 * java -jar jmh/target/benchmarks.jar TrainingStepBenchmark -p backend=djl -p shape=S15
 * }</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 3, time = 1)
public class TrainingStepBenchmark {

    private static final int PROMPT_TOKENS = 256;
    private static final int COMPLETION_TOKENS = 128;
    private static final int GROUP_SIZE = 8;
    private static final int TRAINED_TOKENS = GROUP_SIZE * COMPLETION_TOKENS;

    /** The backend. */
    @Param({"native", "djl", "reference"})
    public String backend;

    /** Size of the model: tiny, S15 or S135. */
    @Param("tiny")
    public String shape;

    /** CPU threads of the backend; 0 lets it choose. Use 1 on a busy machine. */
    @Param("0")
    public int threads;

    /** Arithmetic: fp32 or bf16. */
    @Param("fp32")
    public String precision;

    private Workbench bench;
    private TrainablePolicy policy;
    private Optimizer optimizer;
    private TokenBatch batch;
    private TokenValues weights;
    private double firstLogProb;

    /** Opens the model and checks that the trained log-probabilities match those of the scoring pass. */
    @Setup
    public void open() {
        bench = Workbench.open(backend, shape, threads, precision);
        policy = bench.backend().openTrainablePolicy(bench.model());
        optimizer = policy.openOptimizer(
                OptimizerOptions.PAPER.toBuilder().learningRate(1e-4).build());
        List<int[]> completions = IntStream.rangeClosed(1, GROUP_SIZE)
                .mapToObj(i -> bench.tokens(i, COMPLETION_TOKENS))
                .toList();
        batch = TokenBatch.builder(0.8)
                .add(bench.tokens(0, PROMPT_TOKENS), completions)
                .build();
        // A group with one hit: its advantage is 7/8, that of the others -1/8; the loss negates them.
        weights = TokenValues.of(
                batch,
                IntStream.range(0, TRAINED_TOKENS)
                        .mapToDouble(t -> (t < COMPLETION_TOKENS ? -0.875 : 0.125) / TRAINED_TOKENS)
                        .toArray());
        try (ForwardPass pass = policy.forward(batch)) {
            Answers.requireLogProbs(pass.logProbs().values());
            Answers.requireEqual(
                    policy.logProbs(batch).values(), pass.logProbs().values(), precision);
            firstLogProb = meanOfHit(pass.logProbs());
        }
    }

    /** One step, always on the same tokens. */
    @Benchmark
    public OptimizerStep step(TokenCounter counter) {
        try (ForwardPass pass = policy.forward(batch)) {
            pass.logProbs();
            pass.backward(weights);
        }
        OptimizerStep step = optimizer.step();
        Answers.require(step.applied() && step.gradientNorm() > 0, "the optimizer returned " + step);
        counter.tokens += TRAINED_TOKENS;
        return step;
    }

    /** Checks that the rewarded completion has become more probable. */
    @TearDown
    public void checkAndClose() {
        try {
            check();
        } finally {
            bench.close();
        }
    }

    private void check() {
        double last = meanOfHit(policy.logProbs(batch));
        Answers.require(last > firstLogProb, "log-probability of the hit went from " + firstLogProb + " to " + last);
    }

    private static double meanOfHit(TokenValues logProbs) {
        return IntStream.range(0, COMPLETION_TOKENS)
                .mapToDouble(t -> logProbs.values()[t])
                .average()
                .orElseThrow();
    }
}
