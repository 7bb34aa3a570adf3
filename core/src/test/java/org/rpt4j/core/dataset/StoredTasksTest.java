package org.rpt4j.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.GroundTruth;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.ScoredPosition;
import org.rpt4j.api.TaskDocument;
import org.rpt4j.api.TaskKind;
import org.rpt4j.api.TokenScores.Candidate;
import org.rpt4j.api.TruthMatch;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.core.corpus.CorpusSummary;
import org.rpt4j.core.corpus.DocumentSplit;
import org.rpt4j.core.task.FilterStatistics;
import org.rpt4j.core.tokenize.TinyTokenizers;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.spi.TaskKindContext;
import org.rpt4j.spi.TaskKindOptions;
import org.rpt4j.spi.TaskKinds;

class StoredTasksTest {

    private static final DocumentSplit SPLIT = new DocumentSplit(0.3, 5);
    private static final CorpusSummary CORPUS =
            new CorpusSummary(40, "sha256:abc", List.of(new CorpusSummary.BadLine("a \"b\".jsonl", 3, "no text")));

    @TempDir
    private Path folder;

    private Tokenizer tokenizer;

    @BeforeEach
    void open() {
        tokenizer = Tokenizer.open(
                TinyTokenizers.byteLevel(folder.resolve("model"), List.of(" t", " th", "! ", "\u00e9"), List.of()));
    }

    @AfterEach
    void close() {
        tokenizer.close();
    }

    /** Sentences of drawn words. */
    private List<TaskDocument> documents(int count) {
        SplittableRandom random = new SplittableRandom(3);
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    StringBuilder text = new StringBuilder("It began. ");
                    for (int word = 0; word < 40; word++) {
                        text.append("the caf\u00e9 of night".split(" ")[random.nextInt(4)])
                                .append(word % 8 == 7 ? "!  " : " ")
                                .append((char) ('a' + random.nextInt(26)));
                    }
                    int[] tokens = tokenizer.encode(text.toString());
                    List<ScoredPosition> positions = IntStream.range(6, tokens.length)
                            .filter(t -> t % 3 != 0)
                            .mapToObj(t -> new ScoredPosition(
                                    TaskDocument.taskId("doc " + i, t),
                                    t,
                                    t % 2 == 0 ? 0.5 + t : 1 / 3.0 + t,
                                    false,
                                    Stream.of('x', 'y', 'z', 'q', 'w', 'v')
                                            .map(c -> new Candidate(c, -c))
                                            .toList()))
                            .toList();
                    return new TaskDocument("doc " + i, tokens, 0, positions);
                })
                .toList();
    }

    private TaskKind kind(String name) {
        return TaskKinds.discover()
                .create(
                        name,
                        new TaskKindContext(
                                tokenizer,
                                new TaskKindContext.Limits(4, 50, 12, 200, 64),
                                7,
                                Locale.ENGLISH,
                                new TaskKindOptions(Map.of())));
    }

    private StoredTasks stored(TaskStorage storage, List<TaskDocument> documents, TaskKind kind) {
        try (StoredTasks.Writer writer = storage.writer(SPLIT, tokenizer)) {
            documents.forEach(document -> writer.add(document, kind.tasks(document)));
            return writer.finish(new FilterStatistics(4), CORPUS);
        }
    }

    private static List<PredictionTask> made(List<TaskDocument> documents, TaskKind kind, boolean heldOut) {
        return documents.stream()
                .flatMap(document -> kind.tasks(document).stream())
                .filter(task -> SPLIT.isHeldOut(task.documentId()) == heldOut)
                .toList();
    }

    private TaskStorage file() {
        return TaskStorage.file(folder.resolve("tasks"), "as made").holding(4096);
    }

    private List<Supplier<TaskStorage>> places() {
        return List.of(
                () -> TaskStorage.TEMPORARY,
                () -> TaskStorage.TEMPORARY.holding(4096),
                this::file,
                () -> TaskStorage.file(folder.resolve("tasks"), "as made"));
    }

    /** Kinds that remember earlier documents, and that write text of their own, among them. */
    @ParameterizedTest
    @ValueSource(
            strings = {"next-token", "next-segment", "middle-segment", "masked-span", "next-sentence", "multiple-choice"
            })
    void aStoredTaskIsTheOneThatWasMade(String name) {
        List<TaskDocument> documents = documents(20);
        List<PredictionTask> train = made(documents, kind(name), false);
        List<PredictionTask> heldOut = made(documents, kind(name), true);
        assertThat(train).isNotEmpty();
        assertThat(heldOut).isNotEmpty();
        for (Supplier<TaskStorage> place : places()) {
            StoredTasks stored = stored(place.get(), documents, kind(name));
            assertThat(stored.train().equals(train)).isTrue();
            assertThat(stored.heldOut().equals(heldOut)).isTrue();
            assertThat(StoredTasks.ids(stored.train()).toArray())
                    .isEqualTo(train.stream().mapToLong(PredictionTask::id).toArray());
        }
        StoredTasks again = file().open().orElseThrow();
        assertThat(again.train().equals(train)).isTrue();
        assertThat(again.heldOut().equals(heldOut)).isTrue();
        assertThat(again.corpus()).isEqualTo(CORPUS);
        assertThat(again.statistics().counts()).isEqualTo(new FilterStatistics(4).counts());
        assertThat(again.documents()).isEqualTo(20);
    }

    /** What no kind of this library makes, and a vendor's may. */
    @Test
    void anyTaskIsStoredAsItIs() {
        int[] tokens = {7, 70_000, 20_000_000, -1, 5, 9};
        List<PredictionTask> odd = List.of(
                task("d", Long.MIN_VALUE, 2).after(new int[] {20_000_000, -1}).build(),
                task("d", 1, -3).entropy(Double.MIN_VALUE).build(),
                task("other", TaskDocument.taskId("other", 4), 4)
                        .context(new int[] {5, 9})
                        .match(TruthMatch.WHOLE)
                        .entropy(Double.POSITIVE_INFINITY)
                        .build(),
                task("d", 3, Integer.MAX_VALUE)
                        .context(new int[] {1 << 30, 255, 256})
                        .continuation('a', 'b')
                        .truth(new GroundTruth(new byte[] {'b'}, new int[] {1}))
                        .entropy(-0.0)
                        .build(),
                task("", 4, 0).context(tokens).build());
        StoredTasks stored = stored(file(), List.of(new TaskDocument("d", tokens, 0, List.of())), document -> odd);
        List<PredictionTask> all = new ArrayList<>(stored.train());
        all.addAll(stored.heldOut());
        assertThat(all).containsExactlyInAnyOrderElementsOf(odd);
    }

    private static PredictionTask.Builder task(String document, long id, int position) {
        return PredictionTask.builder(id, document, position)
                .context(new int[] {7})
                .continuation(20_000_000, 3)
                .truth(new GroundTruth(new byte[] {1, 0, -1}, new int[] {1, 3}));
    }

    @Test
    void aTaskOfTheNextTokenTakesFewBytesHoweverLongItsContextIs() throws IOException {
        int[] tokens = tokenizer.encode("word ".repeat(4000));
        List<ScoredPosition> positions = IntStream.range(1, tokens.length - 64)
                .mapToObj(t -> new ScoredPosition(TaskDocument.taskId("d", t), t, (float) (1.1 * t), false))
                .toList();
        TaskDocument document = new TaskDocument("d", tokens, 0, positions);
        TaskKind kind = TaskKinds.discover()
                .create(
                        "next-token",
                        new TaskKindContext(
                                tokenizer,
                                new TaskKindContext.Limits(1, 4096, 64, 200, 64),
                                7,
                                Locale.ENGLISH,
                                new TaskKindOptions(Map.of())));
        StoredTasks stored = stored(file(), List.of(document), kind);
        List<PredictionTask> all = SPLIT.isHeldOut("d") ? stored.heldOut() : stored.train();
        assertThat(all.equals(kind.tasks(document)))
                .as("over several blocks of the index")
                .isTrue();
        assertThat(Files.size(folder.resolve("tasks")) - 2L * tokens.length).isLessThan(28L * positions.size());
    }

    @Test
    void manyTasksLeaveNothingInTheTemporaryDirectory() throws IOException {
        TaskKind kind = kind("next-token");
        List<Path> before = temporary();
        StoredTasks many = stored(TaskStorage.TEMPORARY.holding(4096), documents(40), kind);
        assertThat(temporary()).isEqualTo(before);
        assertThat(many.train().get(0).context()).isNotEmpty();
    }

    private static List<Path> temporary() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(path -> path.getFileName().toString().startsWith("rpt4j-tasks-"))
                    .toList();
        }
    }

    @Test
    void aWriterThatIsGivenUpLeavesTheOlderFile() throws IOException {
        stored(file(), documents(40), kind("next-token"));
        byte[] before = Files.readAllBytes(folder.resolve("tasks"));
        try (StoredTasks.Writer writer = file().writer(SPLIT, tokenizer)) {
            documents(30)
                    .forEach(document ->
                            writer.add(document, kind("next-segment").tasks(document)));
        }
        assertThat(folder.resolve("tasks")).hasBinaryContent(before);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(path -> path.getFileName().toString())).containsExactlyInAnyOrder("model", "tasks");
        }
    }

    @Test
    void aFileOfOtherTasksIsNotOpened() {
        assertThat(file().open()).isEmpty();
        stored(file(), documents(40), kind("next-token"));
        assertThat(TaskStorage.file(folder.resolve("tasks"), "otherwise").open())
                .isEmpty();
        assertThat(TaskStorage.TEMPORARY.open()).isEmpty();
        assertThat(file().open()).isPresent();
    }

    @Test
    void everyChangedOrMissingByteIsNoticed() throws IOException {
        stored(file(), documents(40), kind("next-token"));
        Path path = folder.resolve("tasks");
        byte[] whole = Files.readAllBytes(path);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 300; i++) {
            byte[] changed = whole.clone();
            int at = i < 60 ? (i < 30 ? i : whole.length - 1 - (i - 30)) : random.nextInt(whole.length);
            changed[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(path, changed);
            assertThatExceptionOfType(StorageException.class)
                    .as("byte %d", at)
                    .isThrownBy(() -> file().open())
                    .withMessageContaining(path.toString())
                    .withMessageContaining("Delete the file");
        }
        for (int length : new int[] {0, 1, 14, 15, 30, whole.length / 2, whole.length - 16, whole.length - 1}) {
            Files.write(path, Arrays.copyOf(whole, length));
            assertThatExceptionOfType(StorageException.class)
                    .as("%d bytes", length)
                    .isThrownBy(() -> file().open());
        }
    }

    /** Whoever hands over a run directory can write any checksum; no length in the file may fill the heap. */
    @Test
    void aChangedFileWithItsChecksumRenewedGivesTasksOrATypedError() throws IOException {
        stored(file(), documents(40), kind("next-sentence"));
        Path path = folder.resolve("tasks");
        byte[] whole = Files.readAllBytes(path);
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 500; i++) {
            byte[] changed = whole.clone();
            for (int n = 0; n < 3; n++) {
                int at = i % 2 == 0 ? random.nextInt(14, whole.length) : whole.length - 1 - random.nextInt(3000);
                changed[at] = (byte) random.nextInt(256);
            }
            long sum = StoredBytes.of(changed, changed.length).checksum(changed.length - 8L);
            for (int n = 0; n < 8; n++) {
                changed[changed.length - 8 + n] = (byte) (sum >>> (8 * n));
            }
            Files.write(path, changed);
            try {
                file().open().ifPresent(tasks -> {
                    int size = Math.min(20, tasks.train().size());
                    for (int task = 0; task < size; task++) {
                        tasks.train().get(task * (tasks.train().size() / size));
                    }
                });
            } catch (StorageException e) {
                assertThat(e).hasMessageContaining("damaged");
            }
        }
    }

    @Test
    void aPlaceOutsideTheListIsRefused() {
        StoredTasks stored = stored(TaskStorage.TEMPORARY, documents(40), kind("next-token"));
        assertThatThrownBy(() -> stored.train().get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> stored.train().get(stored.train().size()))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void manyThreadsReadTheSameTasks() {
        List<TaskDocument> documents = documents(40);
        StoredTasks stored = stored(file(), documents, kind("next-token"));
        List<PredictionTask> expected = made(documents, kind("next-token"), false);
        assertThat(IntStream.range(0, 20_000)
                        .parallel()
                        .map(i -> i * 7 % expected.size())
                        .allMatch(i -> stored.train().get(i).equals(expected.get(i))))
                .isTrue();
    }

    @Test
    void whatAnInterruptedThreadWroteIsThereAgain() {
        List<TaskDocument> documents = documents(40);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> stored(file(), documents, kind("next-token")))
                .isInstanceOf(OperationCancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(file().open()).isPresent();
    }
}
