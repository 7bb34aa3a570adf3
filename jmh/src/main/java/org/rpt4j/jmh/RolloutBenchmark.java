package org.rpt4j.jmh;

import java.util.Arrays;
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
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenBatch;

/**
 * Sampling groups of rollouts of 128 tokens from a shared prompt of 256 tokens. {@code tokens} is the number of sampled
 * tokens per second.
 *
 * <pre>{@code
 * mvn -q -pl jmh -am package -DskipTests
 * java -jar jmh/target/benchmarks.jar RolloutBenchmark
 * java -jar jmh/target/benchmarks.jar RolloutBenchmark -p backend=djl -p shape=S15 -p prompts=8
 * }</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 3, time = 1)
public class RolloutBenchmark {

    private static final int PROMPT_TOKENS = 256;
    private static final int COMPLETION_TOKENS = 128;

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

    /** Rollouts per prompt. */
    @Param("8")
    public int group;

    /** Groups sampled together. */
    @Param("1")
    public int prompts;

    private Workbench bench;
    private Policy policy;
    private List<Prompt> asked;
    private SamplingOptions sampling;
    private List<RolloutGroup> sampled = List.of();
    private long step;

    /** Opens the model. */
    @Setup
    public void open() {
        bench = Workbench.open(backend, shape, threads, precision);
        policy = bench.backend().openPolicy(bench.model());
        asked = IntStream.range(0, prompts)
                .mapToObj(i -> new Prompt(i, bench.tokens(i, PROMPT_TOKENS)))
                .toList();
        sampling = SamplingOptions.greedy(COMPLETION_TOKENS).toBuilder()
                .groupSize(group)
                .temperature(0.8)
                .build();
    }

    /** One call of {@link Policy#generate}, each with other random numbers. */
    @Benchmark
    public List<RolloutGroup> generate(TokenCounter counter) {
        sampled =
                policy.generate(asked, sampling.toBuilder().seed(1).step(step++).build());
        counter.tokens += (long) prompts * group * COMPLETION_TOKENS;
        return sampled;
    }

    /** Checks that the sampler's log-probabilities match those of the scoring pass. */
    @TearDown
    public void checkAndClose() {
        try {
            check();
        } finally {
            bench.close();
        }
    }

    private void check() {
        TokenBatch.Builder batch = TokenBatch.builder(sampling.temperature());
        sampled.forEach(batch::add);
        double[] claimed = sampled.stream()
                .flatMap(one -> one.rollouts().stream())
                .flatMapToDouble(rollout -> Arrays.stream(rollout.logProbs()))
                .toArray();
        Answers.require(claimed.length == prompts * group * COMPLETION_TOKENS, claimed.length + " tokens were sampled");
        Answers.requireLogProbs(claimed);
        Answers.requireEqual(policy.logProbs(batch.build()).values(), claimed, precision);
    }
}
