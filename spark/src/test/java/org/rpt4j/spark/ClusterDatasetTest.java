package org.rpt4j.spark;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.Backend;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoredPosition;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.api.error.RptException;
import org.rpt4j.core.corpus.Corpora;
import org.rpt4j.core.corpus.CorpusOptions;
import org.rpt4j.core.corpus.FileCorpus;
import org.rpt4j.core.dataset.DatasetHeader;
import org.rpt4j.core.pipeline.CorpusDivision;
import org.rpt4j.core.pipeline.DatasetResult;
import org.rpt4j.core.pipeline.DatasetWriter;
import org.rpt4j.core.pipeline.PipelineSettings;
import org.rpt4j.core.pipeline.TaskPipeline;
import org.rpt4j.core.task.PositionSelector;
import org.rpt4j.core.task.TaskSelection;
import org.rpt4j.core.tokenize.TinyTokenizers;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.spi.Backends;
import org.rpt4j.tck.reference.ReferenceBackend;

/** A dataset that executors make is that of one process. */
class ClusterDatasetTest {

    @TempDir
    private Path folder;

    private ModelSource model;

    @BeforeEach
    void writeModel() {
        LocalCluster.context();
        model = SmallModel.write(folder.resolve("model"));
    }

    private static SparkBackend cluster(int blocksPerPart) {
        return LocalCluster.reference(
                ClusterOptions.builder().blocksPerPart(blocksPerPart).build());
    }

    private DatasetWriter.Job job(String out, FileCorpus corpus) {
        return SmallCorpus.job(folder.resolve(out), corpus, model, model.directory());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void anyNumberOfPartsGivesTheBytesOfOneProcess(int blocksPerPart) throws IOException {
        FileCorpus corpus = Corpora.open(SmallCorpus.write(folder.resolve("a.jsonl"), 4));
        DatasetResult alone = SmallCorpus.alone(ReferenceBackend.NAME, job("alone.jsonl", corpus), model);
        try (SparkBackend cluster = cluster(blocksPerPart)) {
            DatasetResult together = SmallCorpus.clustered(cluster, job("together.jsonl", corpus), model);
            assertThat(folder.resolve("together.jsonl")).hasSameBinaryContentAs(folder.resolve("alone.jsonl"));
            assertThat(together.tasks()).isEqualTo(alone.tasks()).isPositive();
            assertThat(together.corpus()).isEqualTo(alone.corpus());
            assertThat(together.statistics().counts())
                    .isEqualTo(alone.statistics().counts());
        }
        assertThat(folder.resolve("together.jsonl.parts")).doesNotExist();
    }

    /** The same ids, although one names the files with a scheme and below a root. */
    @Test
    void filesOfEveryKindInAFileSystemOfHadoop() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data/2026 \u00e9"));
        String lines = "{\"text\": \"first of a few\"}\n{\"text\": \"second one, longer\"}\n";
        Files.writeString(data.resolve("a.jsonl"), lines);
        Files.write(data.resolve("b.jsonl.gz"), gzip(lines));
        Files.writeString(data.resolve("c.txt"), "some text here\n<|endoftext|>\nand more\n");
        writeParquet(data.resolve("d.parquet"), "rows have text, too", "and a second row");
        Path root = folder.resolve("data");
        FileCorpus local = Corpora.open(List.of(root + "/**"), options(root));
        FileCorpus other = Corpora.open(List.of("other://" + root + "/**"), options(Path.of("other://" + root)));

        assertThat(other.members()).extracting(FileCorpus.Member::path).allMatch(path -> path.startsWith("other:/"));
        assertThat(other).containsExactlyElementsOf(local).hasSize(8);
        SmallCorpus.alone(ReferenceBackend.NAME, job("alone.jsonl", local), model);
        try (SparkBackend cluster = cluster(1)) {
            SmallCorpus.clustered(cluster, job("together.jsonl", other), model);
        }
        assertThat(folder.resolve("together.jsonl")).hasSameBinaryContentAs(folder.resolve("alone.jsonl"));
    }

    private static CorpusOptions options(Path root) {
        return CorpusOptions.builder().root(root).build();
    }

    private static byte[] gzip(String content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }

    private static void writeParquet(Path file, String... texts) throws IOException {
        MessageType schema = MessageTypeParser.parseMessageType("message row { optional binary text (STRING); }");
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new LocalOutputFile(file))
                .withConf(new PlainParquetConfiguration())
                .withType(schema)
                .build()) {
            for (String text : texts) {
                writer.write(new SimpleGroupFactory(schema).newGroup().append("text", text));
            }
        }
    }

    /** The executor's error has the type and the words of one process. */
    @Test
    void damagedFilesAreRefusedAsInOneProcess() throws IOException {
        byte[] zipped = gzip("{\"text\": \"one\"}\n".repeat(2000));
        byte[] broken = "{\"text\": \"one\"}\n{\"text\": \"\u00e9\"}\n".getBytes(ISO_8859_1);
        for (Path file : List.of(
                Files.writeString(folder.resolve("json.jsonl"), "{\"text\": \"one\"}\n{\"text\": 5}\n"),
                Files.write(folder.resolve("cut.jsonl.gz"), Arrays.copyOf(zipped, zipped.length - 20)),
                Files.write(folder.resolve("latin.jsonl"), broken),
                Files.writeString(folder.resolve("no.parquet"), "this is no Parquet file"),
                Files.writeString(folder.resolve("empty.txt"), ""),
                Files.writeString(folder.resolve("hard.jsonl"), "{\"text\": \"a\"}\n"))) {
            DatasetWriter.Job job = job("out.jsonl", Corpora.open(file));
            Throwable alone = catchThrowable(() -> SmallCorpus.alone(ReferenceBackend.NAME, job, model));
            assertThat(alone).isInstanceOf(RptException.class);
            try (SparkBackend cluster = cluster(1)) {
                assertThatThrownBy(() -> SmallCorpus.clustered(cluster, job, model))
                        .as("%s", file)
                        .isExactlyInstanceOf(alone.getClass())
                        .hasMessageContaining(alone.getMessage())
                        .hasMessageContaining("[executor driver on");
            }
        }
        assertThatThrownBy(() -> Corpora.open(List.of("other:///none/*.jsonl"), CorpusOptions.DEFAULTS))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("other:///none/*.jsonl");
    }

    @Test
    void aTokenizerOfThePolicyTravels() throws IOException {
        Path policy = folder.resolve("policy");
        TinyTokenizers.byteLevel(policy, List.of("th", "the"), List.of());
        FileCorpus corpus = Corpora.open(SmallCorpus.write(folder.resolve("a.jsonl"), 2));
        SmallCorpus.alone(
                ReferenceBackend.NAME, SmallCorpus.job(folder.resolve("alone.jsonl"), corpus, model, policy), model);
        try (SparkBackend cluster = cluster(1)) {
            SmallCorpus.clustered(
                    cluster, SmallCorpus.job(folder.resolve("together.jsonl"), corpus, model, policy), model);
        }
        assertThat(folder.resolve("together.jsonl")).hasSameBinaryContentAs(folder.resolve("alone.jsonl"));
    }

    @Test
    void aSelectorOfTheApplicationIsRefused() throws IOException {
        PositionSelector own = new PositionSelector() {
            @Override
            public List<ScoredPosition> select(List<ScoredPosition> eligible) {
                return eligible;
            }

            @Override
            public String describe() {
                return "all of them";
            }
        };
        DatasetWriter.Job job = new DatasetWriter.Job(
                folder.resolve("out"),
                Corpora.open(SmallCorpus.write(folder.resolve("a.jsonl"), 1)),
                PipelineSettings.of(TaskSelection.of(own)),
                model.directory(),
                model.directory(),
                "sha256:p");
        try (SparkBackend cluster = cluster(1)) {
            assertThatThrownBy(() -> SmallCorpus.clustered(cluster, job, model))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("all of them")
                    .hasMessageContaining("does not travel");
        }
    }

    /** A part that is there is not computed again: a wrong one is found when the parts are joined. */
    @Test
    void whatAnEarlierDriverLeftIsNotComputedAgain() throws IOException {
        FileCorpus corpus = Corpora.open(SmallCorpus.write(folder.resolve("a.jsonl"), 2));
        DatasetWriter.Job job = job("out.jsonl", corpus);
        CorpusDivision division = CorpusDivision.of(corpus, Integer.MAX_VALUE, 1);
        try (Backend local = Backends.open(ReferenceBackend.NAME);
                ProxyScorer scorer = local.openProxyScorer(model);
                Tokenizer tokenizer = Tokenizer.open(model.directory());
                SparkBackend cluster = cluster(1)) {
            TaskPipeline pipeline = new TaskPipeline(tokenizer, job.settings());
            DatasetHeader header = pipeline.header(division.summary(), scorer, job.proxyFingerprint());
            int count = division.parts().size();
            PartFiles left = PartFiles.of("file:" + job.file() + ".parts", header, 1, count);
            left.write(2, out -> out.write("damaged\n".getBytes(UTF_8)));

            assertThatThrownBy(() -> SmallCorpus.clustered(cluster, job, model))
                    .isInstanceOf(CorpusException.class)
                    .hasMessageContaining(left.name(2));

            assertThat(left.missing()).as("the others stay for the next try").isEmpty();
            Files.delete(Path.of(URI.create(left.name(2))));
            left.write(
                    2, out -> pipeline.writePart(out, corpus, division.parts().get(1), count, header, scorer));
            SmallCorpus.clustered(cluster, job, model);
        }
        SmallCorpus.alone(ReferenceBackend.NAME, job("alone.jsonl", corpus), model);
        assertThat(folder.resolve("out.jsonl")).hasSameBinaryContentAs(folder.resolve("alone.jsonl"));
    }
}
