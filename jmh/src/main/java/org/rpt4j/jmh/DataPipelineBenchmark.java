package org.rpt4j.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
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
import org.rpt4j.api.Precision;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.core.corpus.Document;
import org.rpt4j.core.corpus.DocumentIterator;
import org.rpt4j.core.pipeline.PipelineSettings;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.core.pipeline.TaskPipeline;
import org.rpt4j.core.task.TaskSelection;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.spi.Backends;

/**
 * Preparing the tasks of a corpus: reading, tokenizing, scoring, selecting and storing. Documents are made as they are
 * read, of 900 characters each, and every one gives 64 tasks. Their words follow Zipf's law, as those of texts do: a few
 * are frequent, most are rare. Without a proxy scores cost nothing; with one, {@code scoringShare} is the part of the
 * time that is spent in the scorer.
 *
 * <pre>{@code
 * mvn -q -pl jmh -am package -DskipTests
 * java -jar jmh/target/benchmarks.jar DataPipelineBenchmark
 * java -jar jmh/target/benchmarks.jar DataPipelineBenchmark -p documents=1000000 -p tokenizer=MODEL
 * java -jar jmh/target/benchmarks.jar DataPipelineBenchmark -p documents=1000 -p tokenizer=MODEL -p proxy=MODEL
 * }</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
public class DataPipelineBenchmark {

    private static final int DOCUMENT_CHARACTERS = 900;
    private static final int TASKS_PER_DOCUMENT = 64;
    private static final int BYTES = 256;

    /** Number of documents. */
    @Param({"1000", "10000", "100000"})
    public int documents;

    /** Folder of a tokenizer; empty for one of single bytes. */
    @Param("")
    public String tokenizer;

    /** Folder of a model that scores in bf16 with {@code native}, for that tokenizer; empty for constant scores. */
    @Param("")
    public String proxy;

    private Path folder;
    private Tokenizer opened;
    private Optional<Backend> backend = Optional.empty();
    private TimedProxy scorer;

    /** What the tasks take. JMH adds these up over the iterations. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Costs {

        /** Bytes of the heap for each task, while all tasks are held. */
        public double bytesPerTask;

        /** Part of the time in which the scorer computes, from 0 to 1. */
        public double scoringShare;
    }

    /** Opens the tokenizer and the proxy. */
    @Setup
    public void open() throws IOException {
        folder = Files.createTempDirectory("rpt4j-jmh");
        opened = Tokenizer.open(tokenizer.isEmpty() ? bytes(folder) : Path.of(tokenizer));
        if (!proxy.isEmpty()) {
            BackendOptions options = BackendOptions.DEFAULTS.toBuilder()
                    .precision(Precision.BF16)
                    .build();
            backend = Optional.of(Backends.open("native", options));
        }
        scorer = new TimedProxy(backend.map(owner -> owner.openProxyScorer(ModelSource.directory(Path.of(proxy))))
                .orElseGet(() -> new ConstantProxy(opened.vocabularySize())));
    }

    /** Closes all and deletes the tokenizer. */
    @TearDown
    public void close() throws IOException {
        scorer.close();
        backend.ifPresent(Backend::close);
        opened.close();
        Files.deleteIfExists(folder.resolve("tokenizer.json"));
        Files.delete(folder);
    }

    /** Prepares all tasks. */
    @Benchmark
    public long prepare(Costs costs) {
        TaskPipeline pipeline =
                new TaskPipeline(opened, PipelineSettings.of(TaskSelection.above(proxy.isEmpty() ? 1 : 0)));
        long before = usedBytes();
        long start = System.nanoTime();
        scorer.nanos = 0;
        PreparedTasks tasks = pipeline.prepare(() -> new Texts(documents), scorer);
        costs.scoringShare = scorer.nanos / (double) (System.nanoTime() - start);
        costs.bytesPerTask = Math.max(0, usedBytes() - before) / (double) (documents * (long) TASKS_PER_DOCUMENT);
        long count = (long) tasks.train().size() + tasks.heldOut().size();
        Answers.require(
                count == (long) documents * TASKS_PER_DOCUMENT,
                count + " tasks of " + documents + " documents with " + TASKS_PER_DOCUMENT + " each");
        return count;
    }

    private static long usedBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** A tokenizer whose tokens are single bytes. */
    private static Path bytes(Path folder) throws IOException {
        StringBuilder vocabulary = new StringBuilder();
        int shifted = BYTES;
        for (int b = 0; b < BYTES; b++) {
            boolean printable = b >= '!' && b <= '~' || b >= 0xA1 && b <= 0xAC || b >= 0xAE;
            vocabulary.append(b == 0 ? "" : ",").append(String.format("\"\\u%04x\":%d", printable ? b : shifted++, b));
        }
        String level = "{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"trim_offsets\":true,\"use_regex\":true}";
        Files.writeString(
                folder.resolve("tokenizer.json"),
                "{\"version\":\"1.0\",\"added_tokens\":[],\"normalizer\":null,\"pre_tokenizer\":" + level
                        + ",\"post_processor\":null,\"decoder\":" + level
                        + ",\"model\":{\"type\":\"BPE\",\"vocab\":{" + vocabulary + "},\"merges\":[]}}");
        return folder;
    }

    /** Documents of made-up words of two to nine letters. */
    private static final class Texts implements DocumentIterator {

        private static final int WORDS = 30_000;

        private final int count;
        private int next;

        Texts(int count) {
            this.count = count;
        }

        @Override
        public boolean hasNext() {
            return next < count;
        }

        @Override
        public Document next() {
            StringBuilder text = new StringBuilder();
            for (int word = 0; text.length() < DOCUMENT_CHARACTERS; word++) {
                // The logarithm of the rank is uniform, so the frequency of a word falls with its rank.
                long rank = (long) Math.pow(WORDS, CounterRandom.uniform(next, word, 0, 0, 0));
                long bits = CounterRandom.bits(rank);
                for (long letters = 2 + (bits & 7); letters > 0; letters--) {
                    bits >>>= 5;
                    text.append((char) ('a' + bits % 26));
                }
                text.append(' ');
            }
            return new Document("d#" + ++next, text.toString());
        }

        @Override
        public void close() {
            next = count;
        }
    }

    /** A proxy whose time is counted. */
    private static final class TimedProxy implements ProxyScorer {

        private final ProxyScorer proxy;
        private volatile long nanos;

        TimedProxy(ProxyScorer proxy) {
            this.proxy = proxy;
        }

        @Override
        public ModelDescription description() {
            return proxy.description();
        }

        @Override
        public List<TokenScores> score(List<int[]> sequences, ScoringOptions options) {
            long start = System.nanoTime();
            List<TokenScores> scores = proxy.score(sequences, options);
            nanos += System.nanoTime() - start;
            return scores;
        }

        @Override
        public void close() {
            proxy.close();
        }
    }

    /** A proxy to which every token is equally hard. */
    private record ConstantProxy(int vocabularySize) implements ProxyScorer {

        @Override
        public ModelDescription description() {
            return new ModelDescription("constant", 1, vocabularySize, 4096);
        }

        @Override
        public List<TokenScores> score(List<int[]> sequences, ScoringOptions options) {
            return sequences.stream().map(ConstantProxy::scores).toList();
        }

        private static TokenScores scores(int[] tokens) {
            double[] entropy = new double[tokens.length];
            Arrays.fill(entropy, 2);
            entropy[0] = Double.NaN;
            return new TokenScores(entropy, new int[tokens.length], new double[tokens.length]);
        }

        @Override
        public void close() {
            // Nothing to close.
        }
    }
}
