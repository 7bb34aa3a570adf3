package org.rpt4j.jmh;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.spi.Backends;

/**
 * Scoring with ONNX Runtime, either the naive way, which returns all logits to Java, or inside the graph: tokens per
 * second ({@code tokens}) and peak resident memory in excess of the opened model ({@code extraMiB}). The model has the
 * shape of Qwen2 0.5B with fewer layers. {@code gemm} runs only the matrix products of such a model: the upper bound
 * for any method.
 *
 * <pre>{@code
 * mvn -q -pl jmh -am package -DskipTests
 * java -jar jmh/target/benchmarks.jar OnnxScoringBenchmark -p threads=1
 * java -jar jmh/target/benchmarks.jar OnnxScoringBenchmark -p vocabulary=152000 -p way=full-logits,in-graph
 * }</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 1, time = 5)
@Measurement(iterations = 5, time = 5)
public class OnnxScoringBenchmark {

    private static final String OBVIOUS = "full-logits";
    private static final String INT8 = "in-graph-int8";
    private static final String CEILING = "gemm";
    private static final long SEED = 3;

    /** The scoring method. */
    @Param({OBVIOUS, "in-graph", INT8, CEILING})
    public String way;

    /** Rows of the head. */
    @Param({"32000", "152000"})
    public int vocabulary;

    /** Tokens of the document. */
    @Param("512")
    public int documentTokens;

    /** CPU threads; 0 lets ONNX Runtime choose. */
    @Param("1")
    public int threads;

    private Path directory;
    private @Nullable Backend backend;
    private @Nullable ProxyScorer scorer;
    private @Nullable MatrixProducts ceiling;
    private int[] document;
    private List<TokenScores> scores = List.of();
    private long memory;

    /** Writes and opens the model. */
    @Setup
    public void open() throws IOException, OrtException {
        directory = Files.createTempDirectory("rpt4j-jmh");
        ModelConfig config = OnnxModels.config(vocabulary);
        document = IntStream.range(0, documentTokens)
                .map(i -> CounterRandom.below(vocabulary, SEED, i))
                .toArray();
        if (way.equals(CEILING)) {
            ceiling = new MatrixProducts(config, documentTokens, threads);
            return;
        }
        OnnxModels.write(directory, vocabulary);
        scorer = open(config.describe());
        memory = PeakMemory.begin();
    }

    private ProxyScorer open(ModelDescription description) throws OrtException {
        if (way.equals(OBVIOUS)) {
            return new FullLogitsScorer(OnnxModels.exact(directory), description, threads);
        }
        Path file = way.equals(INT8) ? OnnxModels.int8(directory) : OnnxModels.exact(directory);
        Backend onnx = Backends.open(
                "onnx", BackendOptions.DEFAULTS.toBuilder().threads(threads).build());
        backend = onnx;
        return onnx.openProxyScorer(ModelSource.directory(file));
    }

    /** Scores one document. */
    @Benchmark
    public Object score(TokenCounter counter, PeakMemory peak) throws OrtException {
        counter.tokens += documentTokens;
        if (ceiling != null) {
            return ceiling.run();
        }
        scores = Objects.requireNonNull(scorer).score(List.of(document), ScoringOptions.DEFAULTS);
        peak.update(memory);
        return scores;
    }

    /** Checks that entropies are in range and that the exact methods agree. */
    @TearDown
    public void checkAndClose() throws IOException, OrtException {
        try {
            if (scorer != null) {
                check(scorer);
            }
        } finally {
            close();
        }
    }

    private void check(ProxyScorer scorer) throws OrtException {
        double highest = Math.log(ScoringOptions.DEFAULTS.topK());
        double[] entropy = entropies(scores);
        Arrays.stream(entropy).forEach(h -> Answers.require(h >= 0 && h <= highest + 1e-6, "the entropy " + h));
        if (way.equals("in-graph")) {
            try (ProxyScorer obvious =
                    new FullLogitsScorer(OnnxModels.exact(directory), scorer.description(), threads)) {
                Answers.requireEqual(
                        entropies(obvious.score(List.of(document), ScoringOptions.DEFAULTS)), entropy, "fp32");
            }
        }
    }

    private static double[] entropies(List<TokenScores> scores) {
        double[] entropy = scores.get(0).entropy();
        return Arrays.copyOfRange(entropy, 1, entropy.length);
    }

    private void close() throws IOException, OrtException {
        if (scorer != null) {
            scorer.close();
        }
        if (backend != null) {
            backend.close();
        }
        if (ceiling != null) {
            ceiling.close();
        }
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
