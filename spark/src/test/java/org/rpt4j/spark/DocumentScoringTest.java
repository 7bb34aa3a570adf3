package org.rpt4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.Backend;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoredPosition;
import org.rpt4j.core.corpus.Corpora;
import org.rpt4j.core.corpus.FileCorpus;
import org.rpt4j.core.dataset.TaskDataset;
import org.rpt4j.core.pipeline.TaskPipeline;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.spi.Backends;
import org.rpt4j.tck.reference.ReferenceBackend;

/** Spark's SQL takes many seconds to start. */
class DocumentScoringTest {

    @TempDir
    private Path folder;

    private ModelSource model;
    private FileCorpus corpus;
    private SparkSession session;

    @BeforeEach
    void write() throws IOException {
        model = SmallModel.write(folder.resolve("model"));
        corpus = Corpora.open(SmallCorpus.write(folder.resolve("a.jsonl"), 2));
        LocalCluster.context();
        session = SparkSession.builder().getOrCreate();
    }

    private DocumentScoring open(SparkBackend cluster) {
        return DocumentScoring.open(cluster, model, model.directory(), SmallCorpus.SETTINGS);
    }

    private static SparkBackend cluster() {
        return LocalCluster.reference(ClusterOptions.builder().blocksPerPart(1).build());
    }

    /** The rows of a dataset, as one process writes it. */
    private List<String> alone() {
        Path file = folder.resolve("alone.jsonl");
        SmallCorpus.alone(ReferenceBackend.NAME, SmallCorpus.job(file, corpus, model, model.directory()), model);
        List<String> rows = new ArrayList<>();
        TaskDataset.open(file)
                .read(document -> rows.add(List.of(
                                document.id(),
                                Arrays.toString(document.tokens()),
                                document.positions().stream()
                                        .map(ScoredPosition::index)
                                        .toList(),
                                document.positions().stream()
                                        .map(ScoredPosition::entropy)
                                        .toList(),
                                document.positions().stream()
                                        .map(ScoredPosition::argmaxHit)
                                        .toList())
                        .toString()));
        return rows;
    }

    private static String text(Row row) {
        List<Object> values = new ArrayList<>(List.of(row.getString(0)));
        for (int i = 1; i < row.size(); i++) {
            values.add(row.getList(i));
        }
        return values.toString();
    }

    @Test
    void theHardPositionsOfACorpusAreItsDatasetAlsoAsParquet() {
        try (SparkBackend cluster = cluster();
                DocumentScoring scoring = open(cluster)) {
            Dataset<Row> documents = scoring.documents(session, corpus);
            assertThat(documents.javaRDD().getNumPartitions()).isGreaterThan(1);
            scoring.hardPositions(documents)
                    .write()
                    .parquet(folder.resolve("hard").toString());
        }
        assertThat(session.read().parquet(folder.resolve("hard").toString()).collectAsList())
                .extracting(DocumentScoringTest::text)
                .isNotEmpty()
                .containsExactlyInAnyOrderElementsOf(alone());
    }

    @Test
    void theScoresHaveTheBitsOfOneProcess() {
        List<String> expected = new ArrayList<>();
        try (Backend local = Backends.open(ReferenceBackend.NAME);
                ProxyScorer scorer = local.openProxyScorer(model);
                Tokenizer tokenizer = Tokenizer.open(model.directory())) {
            new TaskPipeline(tokenizer, SmallCorpus.SETTINGS)
                    .score(
                            corpus,
                            scorer,
                            document -> expected.add(List.of(
                                            document.document().id(),
                                            Arrays.toString(document.document().tokens()),
                                            Arrays.toString(document.scores().entropy()),
                                            Arrays.toString(document.scores().argmax()),
                                            Arrays.toString(document.scores().trueLogProb()))
                                    .toString()),
                            progress -> {});
        }
        try (SparkBackend cluster = cluster();
                DocumentScoring scoring = open(cluster)) {
            assertThat(scoring.scores(scoring.documents(session, corpus).repartition(3))
                            .collectAsList())
                    .extracting(DocumentScoringTest::text)
                    .containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aJobThatNeedsFewDocumentsLeavesNoFileOpen() throws IOException {
        try (SparkBackend cluster = cluster();
                DocumentScoring scoring = open(cluster)) {
            assertThat(scoring.documents(session, corpus).limit(1).collectAsList())
                    .hasSize(1);
        }
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            assertThat(open.filter(Files::exists)
                            .map(DocumentScoringTest::target)
                            .filter(file -> file.startsWith(folder)))
                    .isEmpty();
        }
    }

    private static Path target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor);
        } catch (IOException e) {
            return descriptor; // closed in between
        }
    }

    @Test
    void otherColumnsAreRefusedByName() {
        try (SparkBackend cluster = cluster();
                DocumentScoring scoring = open(cluster)) {
            Dataset<Row> other = session.sql("select 'a' as id, 5 as text");
            assertThatThrownBy(() -> scoring.scores(other))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no column \"text\" of text")
                    .hasMessageContaining("struct<id:string,text:int>");
            Dataset<Row> empty = session.sql("select 'a' as id, cast(null as string) as text");
            assertThatThrownBy(() -> scoring.scores(empty).collectAsList())
                    .hasStackTraceContaining("a row has no text, id a");
        }
    }
}
