package org.rpt4j.jmh;

import java.util.ArrayList;
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
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;

/**
 * One GRPO step: 8 rollouts of 128 tokens after a prompt of 512, then forward, backward and AdamW on them. The 8
 * rollouts either share one prompt, or follow 8 different prompts of the same length, which is the cost of repeating
 * the prompt for each member of a group. (8 equal prompts would not do: a backend may detect that they are equal.)
 *
 * <pre>{@code
 * mvn -q -pl jmh -am package -DskipTests
 * java -jar jmh/target/benchmarks.jar GrpoStepBenchmark -p backend=native -p shape=S135 -p precision=bf16
 * }</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
public class GrpoStepBenchmark {

    private static final int PROMPT_TOKENS = 512;
    private static final int COMPLETION_TOKENS = 128;
    private static final int ROLLOUTS = 8;

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

    /** Whether the rollouts share their prompt: shared or repeated. */
    @Param({"shared", "repeated"})
    public String prompt;

    /** What is measured: the whole step, or only its generate or train part. */
    @Param({"step", "generate", "train"})
    public String part;

    private Workbench bench;
    private TrainablePolicy policy;
    private Optimizer optimizer;
    private List<Prompt> prompts;
    private SamplingOptions sampling;
    private List<RolloutGroup> sampled;
    private long step;

    /** Opens the model and checks that sampler and trainer agree. */
    @Setup
    public void open() {
        bench = Workbench.open(backend, shape, threads, precision);
        policy = bench.backend().openTrainablePolicy(bench.model());
        optimizer = policy.openOptimizer(OptimizerOptions.PAPER);
        int count = switch (prompt) {
            case "shared" -> 1;
            case "repeated" -> ROLLOUTS;
            default -> throw new IllegalArgumentException("prompt=" + prompt + ": use shared or repeated");
        };
        prompts = IntStream.range(0, count)
                .mapToObj(i -> new Prompt(i, bench.tokens(i, PROMPT_TOKENS)))
                .toList();
        sampling = SamplingOptions.greedy(COMPLETION_TOKENS).toBuilder()
                .groupSize(ROLLOUTS / count)
                .temperature(0.8)
                .build();
        generate();
        double[] claimed = sampled.stream()
                .flatMap(group -> group.rollouts().stream())
                .flatMapToDouble(
                        rollout -> IntStream.range(0, rollout.tokens().length).mapToDouble(t -> rollout.logProbs()[t]))
                .toArray();
        Answers.require(claimed.length == ROLLOUTS * COMPLETION_TOKENS, claimed.length + " tokens were sampled");
        Answers.requireLogProbs(claimed);
        Answers.requireEqual(policy.logProbs(batch()).values(), claimed, precision);
    }

    /** Runs the step, or the requested part of it. */
    @Benchmark
    public List<Object> step() {
        List<Object> results = new ArrayList<>();
        if (!part.equals("train")) {
            results.add(generate());
        }
        if (!part.equals("generate")) {
            results.add(train());
        }
        return results;
    }

    private List<RolloutGroup> generate() {
        sampled = policy.generate(
                prompts, sampling.toBuilder().seed(1).step(step++).build());
        return sampled;
    }

    private TokenBatch batch() {
        TokenBatch.Builder batch = TokenBatch.builder(sampling.temperature());
        sampled.forEach(batch::add);
        return batch.build();
    }

    /** One hit among the 8: its advantage is 7/8, that of the others -1/8; the loss negates them. */
    private OptimizerStep train() {
        TokenBatch batch = batch();
        int count = ROLLOUTS * COMPLETION_TOKENS;
        TokenValues weights = TokenValues.of(
                batch,
                IntStream.range(0, count)
                        .mapToDouble(t -> (t < COMPLETION_TOKENS ? -0.875 : 0.125) / count)
                        .toArray());
        try (ForwardPass pass = policy.forward(batch)) {
            Answers.requireLogProbs(pass.logProbs().values());
            pass.backward(weights);
        }
        OptimizerStep update = optimizer.step();
        Answers.require(update.applied() && update.gradientNorm() > 0, "the optimizer returned " + update);
        return update;
    }

    /** Frees the model. */
    @TearDown
    public void close() {
        bench.close();
    }
}
