package org.rpt4j.backend.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.spi.Backends;
import org.rpt4j.tck.TinyModel;

/** Leaks as seen by the operating system; only where {@code /proc} shows them. */
class OnnxLeakTest {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path TASKS = Path.of("/proc/self/task");
    private static final int ROUNDS = 40;

    /** Far below what {@link #ROUNDS} leaked models, sessions or results would take. */
    private static final long ALLOWED_KIB = 12 << 10;

    @TempDir
    private Path folder;

    private static long residentKib() throws IOException {
        System.gc();
        try (Stream<String> lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith("VmRSS"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        }
    }

    private static long nativeThreads() throws IOException {
        try (Stream<Path> tasks = Files.list(TASKS)) {
            return tasks.map(OnnxLeakTest::nameOfThread)
                    .filter(name -> !name.isEmpty())
                    .count();
        }
    }

    /** Empty for the JVM's own threads, which come and go. */
    private static String nameOfThread(Path task) {
        try {
            String name = Files.readString(task.resolve("comm")).strip();
            return name.equals("java") || name.startsWith("onnx") ? name : "";
        } catch (IOException e) {
            return "";
        }
    }

    private static void use(ModelSource model, int threads) {
        try (Backend backend = Backends.open(
                        "onnx",
                        BackendOptions.DEFAULTS.toBuilder().threads(threads).build());
                ProxyScorer scorer = backend.openProxyScorer(model);
                Policy policy = backend.openPolicy(model)) {
            scorer.score(List.of(Scores.tokens(37, 30, 1), Scores.tokens(37, 5, 2)), ScoringOptions.DEFAULTS);
            policy.generate(
                    List.of(new Prompt(1, new int[] {1, 2, 3})),
                    SamplingOptions.greedy(6).toBuilder().groupSize(3).build());
        }
    }

    @Test
    void openingUsingAndClosingModelsKeepsNoMemoryAndNoThread() throws IOException {
        assumeTrue(Files.isReadable(STATUS), "no /proc on this platform");
        ModelSource model = TinyModel.QWEN2.write(folder);
        for (int round = 0; round < ROUNDS; round++) {
            use(model, 2);
        }
        long memory = residentKib();
        long threads = nativeThreads();
        for (int round = 0; round < ROUNDS; round++) {
            use(model, 2);
        }
        assertThat(nativeThreads()).isEqualTo(threads);
        assertThat(residentKib()).isLessThan(memory + ALLOWED_KIB);
    }

    @Test
    void scoringAgainAndAgainKeepsNoMemory() throws IOException {
        assumeTrue(Files.isReadable(STATUS), "no /proc on this platform");
        ModelSource model = TinyModel.QWEN3.write(folder);
        List<int[]> sequences = List.of(Scores.tokens(37, 30, 1), Scores.tokens(37, 17, 2));
        try (Backend backend = Backends.open(
                        "onnx", BackendOptions.DEFAULTS.toBuilder().threads(1).build());
                ProxyScorer scorer = backend.openProxyScorer(model)) {
            for (int round = 0; round < 20 * ROUNDS; round++) {
                scorer.score(sequences, ScoringOptions.DEFAULTS);
            }
            long memory = residentKib();
            for (int round = 0; round < 20 * ROUNDS; round++) {
                scorer.score(sequences, ScoringOptions.DEFAULTS);
            }
            assertThat(residentKib()).isLessThan(memory + ALLOWED_KIB);
        }
    }
}
