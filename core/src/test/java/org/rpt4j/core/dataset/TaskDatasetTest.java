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
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.ScoredPosition;
import org.rpt4j.api.TaskDocument;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.TokenScores.Candidate;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.core.task.FilterStatistics;
import org.rpt4j.core.task.ScoredDocument;
import org.rpt4j.core.task.TokenizedDocument;

class TaskDatasetTest {

    private static final DatasetHeader HEADER = new DatasetHeader(
            DatasetHeader.VERSION,
            new VocabularyFingerprint(10, List.of("0123456789abcdef")),
            "sha256:proxy",
            "sha256:corpus",
            3,
            2,
            Map.of("selector", "min-entropy 1.0 nats"));

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("tasks.jsonl");
    }

    private static TaskDocument document(String id, int... positions) {
        int[] tokens = {5, 4, 3, 2, 1, 0, 9, 8};
        List<ScoredPosition> selected = Arrays.stream(positions)
                .mapToObj(t -> new ScoredPosition(TaskDocument.taskId(id, t), t, 1 / 3.0 + t, t % 2 == 0))
                .toList();
        return new TaskDocument(id, tokens, 0, selected);
    }

    private static FilterStatistics statistics() {
        FilterStatistics statistics = new FilterStatistics(1);
        statistics.add(new ScoredDocument(
                new TokenizedDocument("a", new int[] {5, 4, 3}),
                new TokenScores(new double[] {Double.NaN, 0.7, 1.234}, new int[] {-1, 4, 0}, new double[3])));
        return statistics;
    }

    private void write(TaskDocument... documents) {
        TaskDataset.write(file, HEADER, sink -> {
            Arrays.stream(documents).forEach(sink);
            return statistics();
        });
    }

    private List<TaskDocument> read() {
        List<TaskDocument> documents = new ArrayList<>();
        TaskDataset.open(file).read(documents::add);
        return documents;
    }

    @Test
    void writtenDocumentsAreReadBack() {
        long tasks = TaskDataset.write(file, HEADER, sink -> {
            sink.accept(document("a \"\u00e9\n", 2, 3));
            sink.accept(document("none"));
            sink.accept(document("b", 7));
            return statistics();
        });

        assertThat(tasks).isEqualTo(3);
        assertThat(TaskDataset.open(file).header()).isEqualTo(HEADER);
        List<TaskDocument> documents = read();
        assertThat(documents).extracting(TaskDocument::id).containsExactly("a \"\u00e9\n", "b");
        assertThat(documents.get(0).positions())
                .isEqualTo(document("a \"\u00e9\n", 2, 3).positions());
        assertThat(documents.get(0).tokens()).as("up to the last continuation").containsExactly(5, 4, 3, 2, 1);
        assertThat(documents.get(1).tokens()).containsExactly(5, 4, 3, 2, 1, 0, 9, 8);
    }

    @Test
    void candidatesAreReadBackBitForBit() throws IOException {
        List<Candidate> two = List.of(new Candidate(9, -1 / 3.0), new Candidate(0, -Math.nextUp(7.1)));
        TaskDocument some = new TaskDocument(
                "some",
                new int[] {5, 4, 3, 2},
                0,
                List.of(
                        new ScoredPosition(1, 1, 0.5, false, two),
                        new ScoredPosition(2, 2, 0.5, false),
                        new ScoredPosition(3, 3, 0.5, true, List.of(new Candidate(2, -0.0)))));

        write(some, document("none", 2));

        assertThat(read().get(0).positions())
                .extracting(ScoredPosition::candidates)
                .containsExactly(two, List.of(), List.of(new Candidate(2, -0.0)));
        assertThat(Files.readAllLines(file).get(2))
                .as("a document without candidates")
                .isEqualTo("{\"document\":{\"id\":\"none\",\"tokens\":[5,4,3,2],\"positions\":[2],"
                        + "\"entropy\":[2.3333333333333335],\"argmax_hit\":[true]}}");
    }

    @Test
    void candidatesThatDoNotFitTheirPositionsAreRefused() throws IOException {
        List<Candidate> one = List.of(new Candidate(9, -0.5));
        write(new TaskDocument("d", new int[] {5, 4, 3}, 0, List.of(new ScoredPosition(1, 1, 0.5, false, one))));
        String good = Files.readString(file);
        for (String[] change : new String[][] {
            {"\"counts\":[1]", "\"counts\":[2]", "1 counts with a sum of 2, 1 ids and 1 log_probs for 1 positions"},
            {"\"counts\":[1]", "\"counts\":[1,0]", "2 counts with a sum of 1"},
            {"\"counts\":[1]", "\"counts\":[2147483647,2147483647,3]", "a sum of 4294967297"},
            {"\"ids\":[9]", "\"ids\":[10]", "ids[0] is 10, but the vocabulary of the header has 10 ids"},
            {"\"ids\":[9]", "\"ids\":[8]", "was changed"},
            {"\"log_probs\":[-0.5]", "\"log_probs\":[-0.25]", "was changed"},
            {"\"log_probs\":[-0.5]", "\"log_probs\":[\"NaN\"]", "log_probs"},
        }) {
            assertThat(good).contains(change[0]);
            Files.writeString(file, good.replace(change[0], change[1]));
            assertThatThrownBy(this::read).isInstanceOf(CorpusException.class).hasMessageContaining(change[2]);
        }
    }

    @Test
    void anInterruptedThreadLeavesADataset() {
        write(document("a", 1), document("b", 2));
        TaskDataset dataset = TaskDataset.open(file);
        List<String> read = new ArrayList<>();
        assertThatExceptionOfType(OperationCancelledException.class)
                .isThrownBy(() -> dataset.read(document -> {
                    read.add(document.id());
                    Thread.currentThread().interrupt();
                }))
                .withMessageContaining(file.toString());
        assertThat(Thread.interrupted()).isTrue();
        assertThat(read).containsExactly("a");
    }

    @Test
    void statisticsAreReadBack() {
        write(document("a", 1));
        FilterStatistics found = TaskDataset.open(file).read(document -> {});
        assertThat(found.counts()).isEqualTo(statistics().counts());
        assertThat(found).hasToString(statistics().toString());
        assertThat(found.thresholdForTop(0.5)).isEqualTo(1.23);
    }

    @Test
    void everyTruncationIsDetected() throws IOException {
        write(document("a", 1, 2), document("b", 3));
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length - 1; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(this::read)
                    .as("cut after %d bytes", length)
                    .isInstanceOf(CorpusException.class)
                    .hasMessageContaining(file.toString());
        }
    }

    @Test
    void everyChangeOfADocumentIsDetectedWithATypedError() throws IOException {
        write(document("a", 1, 2), document("b", 3));
        List<TaskDocument> expected = read();
        byte[] whole = Files.readAllBytes(file);
        SplittableRandom random = new SplittableRandom(3);
        int noticed = 0;
        for (int i = 0; i < 2000; i++) {
            byte[] changed = whole.clone();
            changed[random.nextInt(changed.length)] = (byte) random.nextInt(32, 127);
            Files.write(file, changed);
            try {
                List<TaskDocument> found = read();
                assertThat(found).usingRecursiveComparison().isEqualTo(expected);
            } catch (CorpusException e) {
                noticed++;
            }
        }
        assertThat(noticed).isGreaterThan(1000);
    }

    @Test
    void aFailedWriteLeavesTheOldFile() {
        write(document("a", 1));
        assertThatThrownBy(() -> TaskDataset.write(file, HEADER, sink -> {
                    sink.accept(document("b", 2));
                    throw new CorpusException("half way");
                }))
                .hasMessage("half way");
        assertThat(read()).extracting(TaskDocument::id).containsExactly("a");
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
        assertThatThrownBy(() -> TaskDataset.write(file.resolve("x"), HEADER, sink -> statistics()))
                .isInstanceOf(StorageException.class);
    }

    @Test
    void otherFilesAreRefused() throws IOException {
        assertThatThrownBy(() -> TaskDataset.open(file))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("does not exist");
        for (String other : List.of("", "{\"text\": \"a\"}\n", "null\n", "{\"end\":null}\n")) {
            Files.writeString(file, other);
            assertThatThrownBy(() -> TaskDataset.open(file)).isInstanceOf(CorpusException.class);
        }
        write(document("a", 1));
        Files.writeString(file, Files.readString(file).replace("\"version\":2", "\"version\":3,\"news\":1"));
        assertThatThrownBy(() -> TaskDataset.open(file))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("version 3")
                .hasMessageContaining("reads versions 1 to 2");
    }

    @Test
    void impossibleDocumentsAreRefusedWithTheirLine() throws IOException {
        write(document("a", 2, 3));
        String good = Files.readString(file);
        for (String[] change : new String[][] {
            {"\"positions\":[2,3]", "\"positions\":[3,2]"},
            {"\"positions\":[2,3]", "\"positions\":[2,9]"},
            {"\"positions\":[2,3]", "\"positions\":[0,3]"},
            {"\"positions\":[2,3]", "\"positions\":[2]"},
            {"\"positions\":[2,3]", "\"positions\":[2,3,4]"},
            {"\"positions\":[2,3]", "\"positions\":[2,null]"},
            {"\"positions\":[2,3]", "\"positions\":[2,3.5]"},
            {"\"positions\":[2,3]", "\"positions\":[2,\"3\"]"},
            {"\"positions\":[2,3],", ""},
            {"\"tokens\":[5,4,3,2,1]", "\"tokens\":null"},
        }) {
            assertThat(good).contains(change[0]);
            Files.writeString(file, good.replace(change[0], change[1]));
            assertThatThrownBy(this::read)
                    .as(change[1])
                    .isInstanceOf(CorpusException.class)
                    .hasMessageContaining("tasks.jsonl, line 2: ");
        }
    }
}
