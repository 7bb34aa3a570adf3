package org.rpt4j.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.ScoredPosition;
import org.rpt4j.api.TaskDocument;
import org.rpt4j.api.TokenScores.Candidate;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.core.corpus.Corpora;
import org.rpt4j.core.corpus.CorpusOptions;
import org.rpt4j.core.corpus.Document;
import org.rpt4j.core.corpus.DocumentIterator;
import org.rpt4j.core.eval.EvaluationReport;
import org.rpt4j.core.task.FilterStatistics;
import org.rpt4j.core.train.PassRates;

/** Every field of every file that this module reads, wrong in every way. */
class MutatedFilesTest {

    private static final FilterStatistics STATISTICS = FilterStatistics.of(new FilterStatistics.Counts(
            1,
            2,
            30,
            20,
            2.5,
            List.of(
                    new FilterStatistics.Level(0.5, 9, 3),
                    new FilterStatistics.Level(1.0, 5, 1),
                    new FilterStatistics.Level(1.5, 2, 0)),
            histogram()));

    @TempDir
    private Path folder;

    private Path dataset;

    private static SortedMap<Integer, Long> histogram() {
        return new TreeMap<>(Map.of(70, 4L, 250, 1L));
    }

    @BeforeEach
    void write() {
        dataset = folder.resolve("tasks.jsonl");
        DatasetHeader header = new DatasetHeader(
                DatasetHeader.VERSION,
                new VocabularyFingerprint(10, List.of("0123456789abcdef")),
                "sha256:proxy",
                "sha256:corpus",
                3,
                2,
                Map.of("selector", "min-entropy 1.0 nats"));
        List<Candidate> candidates = List.of(new Candidate(3, -0.125), new Candidate(0, -2.75));
        TaskDataset.write(dataset, header, sink -> {
            sink.accept(new TaskDocument(
                    "a#1", new int[] {5, 4, 3, 2, 1}, 0, List.of(new ScoredPosition(1, 2, 1.25, true, candidates))));
            return STATISTICS;
        });
    }

    private static void read(Path dataset) {
        TaskDataset opened = TaskDataset.open(dataset);
        List<TaskDocument> documents = new ArrayList<>();
        opened.read(documents::add).thresholdForTop(0.5);
        assertThat(documents.toString()).isNotEmpty();
        assertThat(opened.header().vocabulary().summary()).isNotEmpty();
    }

    @Test
    void everyFieldOfADatasetIsChecked() throws Exception {
        List<String> lines = Files.readAllLines(dataset);
        for (int i = 0; i < lines.size(); i++) {
            int line = i;
            int refused = new JsonMutations(
                            CorpusException.class, Set.of("header", "document", "end", "candidates"), Set.of())
                    .check("tasks.jsonl", inner(lines.get(line)), json -> {
                        List<String> changed = new ArrayList<>(lines);
                        changed.set(line, outer(lines.get(line), json));
                        Files.write(dataset, changed);
                        read(dataset);
                    });
            assertThat(refused).isGreaterThan(100);
        }
    }

    /** The only field of a line says what the line is. */
    private static String inner(String line) {
        return line.substring(line.indexOf(':') + 1, line.length() - 1);
    }

    private static String outer(String line, String inner) {
        return line.substring(0, line.indexOf(':') + 1) + inner + "}";
    }

    @Test
    void everyValueOfADatasetIsUnderItsChecksum() throws IOException {
        String good = Files.readString(dataset);
        for (String[] change : new String[][] {
            {"\"size\":10", "\"size\":11"},
            {"0123456789abcdef", "0123456789abcdee"},
            {"sha256:proxy", "sha256:prozy"},
            {"sha256:corpus", "sha256:corpuz"},
            {"\"corpus_documents\":3", "\"corpus_documents\":4"},
            {"\"continuation_tokens\":2", "\"continuation_tokens\":3"},
            {"min-entropy 1.0", "min-entropy 2.0"},
            {"\"version\":2", "\"version\":1"},
            {"\"tokens\":[5", "\"tokens\":[6"},
            {"1.25", "1.26"},
            {"\"ids\":[3", "\"ids\":[4"},
            {"-2.75", "-2.5"},
            {"\"tokens_scored\":30", "\"tokens_scored\":31"},
            {"\"eligible\":20", "\"eligible\":21"},
            {"\"70\":4", "\"70\":5"},
            {"\"kept\":9", "\"kept\":8"},
            {"\"highest_entropy\":2.5", "\"highest_entropy\":2.6"},
        }) {
            assertThat(good).contains(change[0]);
            Files.writeString(dataset, good.replace(change[0], change[1]));
            assertThatExceptionOfType(CorpusException.class)
                    .as(change[1])
                    .isThrownBy(() -> read(dataset))
                    .withMessageContaining("was changed");
        }
    }

    @Test
    void aDatasetOfVersion1IsReadWithItsOwnChecksum() throws IOException {
        Files.writeString(dataset, """
                {"header":{"version":1,"vocabulary":{"size":10,"blocks":["0123456789abcdef"]},"proxy":"sha256:proxy",\
                "corpus":"sha256:corpus","corpus_documents":1,"continuation_tokens":2,"settings":{}}}
                {"document":{"id":"a#1","tokens":[5,4,3,2],"positions":[2],"entropy":[1.25],"argmax_hit":[true]}}
                {"end":{"documents":1,"tasks":1,"checksum":"0cf73744ed8563d5","statistics":{"min_context_tokens":1,\
                "documents":0,"tokens_scored":0,"eligible":0,"highest_entropy":"NaN","levels":[{"threshold":0.5,"kept":0,\
                "argmax_hits":0},{"threshold":1.0,"kept":0,"argmax_hits":0},{"threshold":1.5,"kept":0,"argmax_hits":0}],\
                "histogram":{}}}}
                """);
        List<TaskDocument> documents = new ArrayList<>();
        TaskDataset.open(dataset).read(documents::add);
        assertThat(documents).extracting(TaskDocument::id).containsExactly("a#1");
        Files.writeString(dataset, Files.readString(dataset).replace("1.25", "1.5"));
        assertThatExceptionOfType(CorpusException.class).isThrownBy(() -> read(dataset));
    }

    @Test
    void nothingFollowsTheEndOfADataset() throws IOException {
        String good = Files.readString(dataset);
        Files.writeString(dataset, good + good);
        assertThatExceptionOfType(CorpusException.class)
                .isThrownBy(() -> read(dataset))
                .withMessageContaining("line 4 comes after the end");
    }

    @Test
    void everyFieldOfAnEvaluationReportIsChecked() throws Exception {
        String json = """
                {"label":"before","policyVersion":3,"sampling":{"samples":4,"temperature":0.8,"maxTokens":16,"seed":7},
                 "splits":[{"standard":{"tasks":1},"passAtK":{"1":0.5,"2":0.75}}],
                 "outcomes":[{"task":-5,"document":"a#1","position":2,"entropy":1.25,"standardHit":true,"samples":4,
                   "boxed":3,"truncated":1,"responseTokens":40,"multiTokenHits":0,"reasons":{"HIT":2,"NOT_PREFIX":1}}]}""";
        int refused = new JsonMutations(StorageException.class, Set.of("1", "2"), Set.of("entropy"))
                .check(
                        "not an evaluation report",
                        json,
                        text -> EvaluationReport.parse(text).toJson());
        assertThat(refused).isGreaterThan(200);
    }

    @Test
    void everyFieldOfPassRatesIsChecked() throws Exception {
        Path file = folder.resolve("pass-rates.json");
        int refused = new JsonMutations(StorageException.class, Set.of(), Set.of())
                .check("pass-rates.json", "{\"-5\":[8,2.5],\"6\":[1,0]}", text -> {
                    Files.writeString(file, text);
                    PassRates.load(file).rates();
                });
        assertThat(refused).isGreaterThan(20);
    }

    @Test
    void aCorpusLineWithAKeyTwiceIsRefused() throws IOException {
        for (String line : List.of("{\"text\":\"a\",\"text\":\"b\"}", "{\"text\":\"a\",\"m\":{\"k\":1,\"k\":2}}")) {
            Path file = Files.writeString(folder.resolve("corpus.jsonl"), line + "\n");
            assertThatExceptionOfType(CorpusException.class)
                    .isThrownBy(() -> {
                        try (DocumentIterator documents =
                                Corpora.open(file, CorpusOptions.DEFAULTS).iterator()) {
                            for (Document document = documents.next(); documents.hasNext(); ) {
                                document = documents.next();
                            }
                        }
                    })
                    .withMessageContaining("corpus.jsonl, line 1")
                    .withMessageContaining("Duplicate field");
        }
    }
}
