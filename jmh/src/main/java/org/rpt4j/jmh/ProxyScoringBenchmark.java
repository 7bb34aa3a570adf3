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
import org.rpt4j.api.Capability;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.Policy;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenScores;

/**
 * Scoring documents of up to 512 tokens: top-16 entropy, argmax, the true token's log-probability and candidates at every
 * position.
 * {@code tokens} is the number of scored tokens per second.
 *
 * <pre>{@code
 * mvn -q -pl jmh -am package -DskipTests
 * java -jar jmh/target/benchmarks.jar ProxyScoringBenchmark
 * java -jar jmh/target/benchmarks.jar ProxyScoringBenchmark -p backend=djl,onnx -p shape=S15 -p documents=16
 * java -jar jmh/target/benchmarks.jar ProxyScoringBenchmark -p backend=onnx -p lengths=ragged -p batchTokens=0,2048
 * }</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 3, time = 1)
public class ProxyScoringBenchmark {

    private static final int DOCUMENT_TOKENS = 512;
    private static final int LEAST_TOKENS = 16;

    /** The backend. */
    @Param({"native", "onnx", "djl", "reference"})
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

    /** Documents scored in one call. */
    @Param("4")
    public int documents;

    /** {@code equal}: every document has 512 tokens; {@code ragged}: between 16 and 512. */
    @Param("equal")
    public String lengths;

    /** How backend onnx batches: 0 for one document at a time, otherwise sorted by length up to this many tokens. */
    @Param("0")
    public int batchTokens;

    /** Most probable tokens of every position; 0 is how a run scores that needs none. */
    @Param({"0", "8"})
    public int candidates;

    private Workbench bench;
    private ProxyScorer scorer;
    private ScoringOptions options;
    private List<int[]> sequences;
    private List<TokenScores> scores = List.of();

    /** Opens the model. */
    @Setup
    public void open() {
        System.setProperty("rpt4j.onnx.batchTokens", Integer.toString(batchTokens));
        bench = Workbench.open(backend, shape, threads, precision);
        scorer = bench.backend().openProxyScorer(bench.model());
        options = ScoringOptions.builder().candidates(candidates).build();
        sequences = IntStream.range(0, documents)
                .mapToObj(i -> bench.tokens(i, length(i)))
                .toList();
    }

    private int length(int document) {
        return lengths.equals("equal")
                ? DOCUMENT_TOKENS
                : LEAST_TOKENS + CounterRandom.below(DOCUMENT_TOKENS - LEAST_TOKENS + 1, document);
    }

    /** One call of {@link ProxyScorer#score}. */
    @Benchmark
    public List<TokenScores> score(TokenCounter counter) {
        scores = scorer.score(sequences, options);
        counter.tokens +=
                sequences.stream().mapToLong(document -> document.length).sum();
        return scores;
    }

    /**
     * Checks that entropies are in range, and that log-probabilities match those of the policy if the backend has one.
     */
    @TearDown
    public void checkAndClose() {
        try {
            check();
        } finally {
            bench.close();
        }
    }

    private void check() {
        double highest = Math.log(ScoringOptions.DEFAULTS.topK());
        for (TokenScores document : scores) {
            options.requireCandidates(document);
            Arrays.stream(document.entropy(), 1, document.length())
                    .forEach(h -> Answers.require(h >= 0 && h <= highest + 1e-6, "the entropy " + h));
        }
        double[] trueLogProbs = scores.stream()
                .flatMapToDouble(document -> Arrays.stream(document.trueLogProb(), 1, document.length()))
                .toArray();
        Answers.requireLogProbs(trueLogProbs);
        if (bench.backend().capabilities().contains(Capability.LOG_PROBS)) {
            Answers.requireEqual(policyLogProbs(), trueLogProbs, precision);
        }
    }

    private double[] policyLogProbs() {
        TokenBatch.Builder batch = TokenBatch.builder(1);
        for (int[] document : sequences) {
            batch.add(Arrays.copyOf(document, 1), List.of(Arrays.copyOfRange(document, 1, document.length)));
        }
        try (Policy policy = bench.backend().openPolicy(bench.model())) {
            return policy.logProbs(batch.build()).values();
        }
    }
}
