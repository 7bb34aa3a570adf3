package org.rpt4j.core.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.core.scoring.CorpusScorer;
import org.rpt4j.core.scoring.WindowOptions;

class RecordedScorerTest {

    private static final String MODEL = "weights 1";
    private static final WindowOptions WINDOWS = new WindowOptions(8, 3);
    private static final List<TokenizedDocument> DOCUMENTS = IntStream.range(0, 12)
            .mapToObj(d -> new TokenizedDocument(
                    "d" + d, IntStream.range(100 * d, 100 * d + 3 * d).toArray()))
            .toList();

    @TempDir
    private Path folder;

    private Path file;
    private final FakeProxy proxy = new FakeProxy(8);

    @BeforeEach
    void nameTheRecord() {
        file = folder.resolve("new/record");
    }

    private static List<ScoredDocument> score(ProxyScorer with) {
        return new CorpusScorer(with, ScoringOptions.DEFAULTS, WINDOWS)
                .withBatchTokens(20)
                .score(DOCUMENTS)
                .toList();
    }

    private long sequencesScored() {
        return proxy.calls.stream().mapToLong(List::size).sum();
    }

    /** Scores until the proxy has answered some calls, then interrupts the thread. */
    private void scoreAndCancel(int calls) {
        try (RecordedScorer cancelled = new RecordedScorer(new Interrupted(proxy, calls), MODEL, file)) {
            assertThatThrownBy(() -> score(cancelled)).isInstanceOf(OperationCancelledException.class);
        }
    }

    private record Interrupted(FakeProxy proxy, int calls) implements ProxyScorer {

        @Override
        public Optional<String> identity() {
            return proxy.identity();
        }

        @Override
        public ModelDescription description() {
            return proxy.description();
        }

        @Override
        public List<TokenScores> score(List<int[]> sequences, ScoringOptions options) {
            if (proxy.calls.size() == calls) {
                throw new OperationCancelledException("interrupted");
            }
            return proxy.score(sequences, options);
        }

        @Override
        public void close() {}
    }

    private static void assertSame(List<ScoredDocument> found, List<ScoredDocument> expected) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i).document()).isEqualTo(expected.get(i).document());
            assertThat(found.get(i).scores().entropy())
                    .isEqualTo(expected.get(i).scores().entropy());
            assertThat(found.get(i).scores().argmax())
                    .isEqualTo(expected.get(i).scores().argmax());
            assertThat(found.get(i).scores().trueLogProb())
                    .isEqualTo(expected.get(i).scores().trueLogProb());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 9})
    void cancelledScoringResumesWithoutScoringTwiceOrLosingScores(int calls) {
        FakeProxy alone = new FakeProxy(8);
        List<ScoredDocument> expected = score(alone);
        long windows = alone.calls.stream().mapToLong(List::size).sum();

        scoreAndCancel(calls);
        long before = sequencesScored();
        try (RecordedScorer resumed = new RecordedScorer(proxy, MODEL, file)) {
            assertSame(score(resumed), expected);
            assertThat(resumed.replayedTokens() > 0).isEqualTo(calls > 0);
        }

        assertThat(sequencesScored()).isEqualTo(windows).isGreaterThanOrEqualTo(before);
    }

    @Test
    void aFinishedRecordIsDeletedAndAClosedOneReplaysEverything() {
        try (RecordedScorer first = new RecordedScorer(proxy, MODEL, file)) {
            score(first);
        }
        int calls = proxy.calls.size();
        try (RecordedScorer again = new RecordedScorer(proxy, MODEL, file)) {
            assertSame(score(again), score(new FakeProxy(8)));
            assertThat(proxy.calls).hasSize(calls);
            again.finish();
            assertThat(file).doesNotExist();
            assertThatThrownBy(() -> score(again)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void theSizeOfABatchIsTheProxys() {
        proxy.batchTokens = 123;
        try (RecordedScorer recorded = new RecordedScorer(proxy, MODEL, file)) {
            assertThat(recorded.batchTokens()).isEqualTo(123);
        }
    }

    @Test
    void theIdentityOfTheProxyIsPassedOnAndARecordOfAnotherIsRefused() {
        proxy.identity = Optional.of("served as small");
        scoreAndCancel(2);
        try (RecordedScorer same = new RecordedScorer(proxy, MODEL, file)) {
            assertThat(same.identity()).contains("served as small");
            assertSame(score(same), score(new FakeProxy(8)));
        }
        proxy.identity = Optional.of("served as large");
        try (RecordedScorer other = new RecordedScorer(proxy, MODEL, file)) {
            assertThatThrownBy(() -> score(other))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("served as large");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 40, 200})
    void aCrashInTheMiddleOfAnEntryCostsOnlyThatEntry(int bytesLost) throws IOException {
        scoreAndCancel(5);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - bytesLost));

        try (RecordedScorer resumed = new RecordedScorer(proxy, MODEL, file)) {
            assertSame(score(resumed), score(new FakeProxy(8)));
            assertThat(resumed.replayedTokens()).isPositive();
        }

        int calls = proxy.calls.size();
        try (RecordedScorer again = new RecordedScorer(proxy, MODEL, file)) {
            assertSame(score(again), score(new FakeProxy(8)));
        }
        assertThat(proxy.calls).as("the record is complete again").hasSize(calls);
    }

    /** The last bits of its scores depend on how many sequences a call has, as those of some engines do. */
    private record Uneven(FakeProxy proxy) implements ProxyScorer {

        @Override
        public ModelDescription description() {
            return proxy.description();
        }

        @Override
        public List<TokenScores> score(List<int[]> sequences, ScoringOptions options) {
            return proxy.score(sequences, options).stream()
                    .map(scores -> new TokenScores(
                            Arrays.stream(scores.entropy())
                                    .map(entropy -> entropy + 1e-9 * sequences.size())
                                    .toArray(),
                            scores.argmax(),
                            scores.trueLogProb()))
                    .toList();
        }

        @Override
        public void close() {}
    }

    @Test
    void aCallThatIsRecordedInPartIsScoredWhole() throws IOException {
        Uneven uneven = new Uneven(proxy);
        List<int[]> call = List.of(new int[] {1, 2, 3}, new int[] {4, 5}, new int[] {6, 7});
        List<TokenScores> expected = uneven.score(call, ScoringOptions.DEFAULTS);
        try (RecordedScorer first = new RecordedScorer(uneven, MODEL, file)) {
            first.score(call, ScoringOptions.DEFAULTS);
        }
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
        try (RecordedScorer resumed = new RecordedScorer(uneven, MODEL, file)) {
            List<TokenScores> found = resumed.score(call, ScoringOptions.DEFAULTS);
            for (int i = 0; i < call.size(); i++) {
                assertThat(found.get(i).entropy()).isEqualTo(expected.get(i).entropy());
            }
            assertThat(resumed.replayedTokens()).isZero();
        }
        assertThat(file).as("complete again").hasBinaryContent(bytes);
    }

    @Test
    void damageEndsTheRecordWhereItBegins() throws IOException {
        scoreAndCancel(5);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);

        try (RecordedScorer resumed = new RecordedScorer(proxy, MODEL, file)) {
            assertSame(score(resumed), score(new FakeProxy(8)));
        }
    }

    @Test
    void aRecordOfSomethingElseIsRefusedAndKept() throws IOException {
        scoreAndCancel(3);
        byte[] bytes = Files.readAllBytes(file);

        try (RecordedScorer other = new RecordedScorer(proxy, "weights 2", file)) {
            assertThatThrownBy(() -> score(other))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("weights 1")
                    .hasMessageContaining("weights 2");
        }
        try (RecordedScorer other = new RecordedScorer(proxy, MODEL, file)) {
            assertThatThrownBy(() -> other.score(List.of(new int[] {9, 9}), ScoringOptions.DEFAULTS))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("to another corpus");
        }
        try (RecordedScorer other = new RecordedScorer(proxy, MODEL, file)) {
            assertThatThrownBy(() -> other.score(
                            List.of(new int[] {9}),
                            ScoringOptions.builder().topK(4).build()))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("topK=4");
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"my thesis, the only copy", "a note"})
    void aFileThatIsNotARecordIsRefusedAndKept(String content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        try (RecordedScorer scorer = new RecordedScorer(proxy, MODEL, file)) {
            assertThatThrownBy(() -> score(scorer))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("not a record of scores");
        }
        assertThat(file).hasContent(content);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 30})
    void aRecordWithATruncatedHeaderIsStartedOver(int bytes) throws IOException {
        scoreAndCancel(1);
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), bytes));
        try (RecordedScorer resumed = new RecordedScorer(proxy, MODEL, file)) {
            assertSame(score(resumed), score(new FakeProxy(8)));
        }
    }

    @Test
    void twoRunsDoNotShareARecord() {
        try (RecordedScorer one = new RecordedScorer(proxy, MODEL, file);
                RecordedScorer two = new RecordedScorer(proxy, MODEL, file)) {
            score(one);
            assertThatThrownBy(() -> score(two))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("in use");
        }
    }

    @Test
    void otherOptionsInTheSameRunAreAMistake() {
        try (RecordedScorer scorer = new RecordedScorer(proxy, MODEL, file)) {
            score(scorer);
            assertThatThrownBy(() -> scorer.score(
                            List.of(), ScoringOptions.builder().topK(4).build()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void anInterruptedThreadGetsNoScores() {
        try (RecordedScorer scorer = new RecordedScorer(proxy, MODEL, file)) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> scorer.score(List.of(new int[] {1, 2}), ScoringOptions.DEFAULTS))
                    .isInstanceOf(OperationCancelledException.class);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(scorer.score(List.of(new int[] {1, 2}), ScoringOptions.DEFAULTS))
                    .hasSize(1);
        }
    }
}
