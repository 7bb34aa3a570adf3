package org.rpt4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.WorkerUse;
import org.rpt4j.core.corpus.Corpora;
import org.rpt4j.core.corpus.FileCorpus;
import org.rpt4j.core.pipeline.DatasetWriter;
import org.rpt4j.tck.reference.ReferenceBackend;

/** A dataset has the bytes of one process, also when an executor or the driver is killed. */
@Tag("cluster")
class DatasetLossTest {

    private static final int BLOCKS = 24;

    @TempDir
    private Path folder;

    private static ExecutorProcesses processes;

    private ModelSource model;
    private Path file;
    private FileCorpus corpus;

    @BeforeAll
    static void start() {
        processes = new ExecutorProcesses(entry -> true);
    }

    @AfterAll
    static void stop() {
        processes.close();
    }

    @BeforeEach
    void write() throws IOException {
        model = SmallModel.write(folder.resolve("model"));
        file = SmallCorpus.write(folder.resolve("a.jsonl"), BLOCKS);
        corpus = Corpora.open(file);
        SmallCorpus.alone(ReferenceBackend.NAME, job("alone.jsonl"), model);
    }

    private DatasetWriter.Job job(String out) {
        return SmallCorpus.job(folder.resolve(out), corpus, model, model.directory());
    }

    private SparkBackend cluster() {
        return SparkBackend.builder(processes.context(), ReferenceBackend.NAME)
                .cluster(ClusterOptions.builder().blocksPerPart(1).build())
                .build();
    }

    @Test
    void aKilledExecutorChangesNoByte() throws Exception {
        try (SparkBackend cluster = cluster()) {
            processes.withOneKilledAfter(
                    "parts of a dataset", 3, () -> SmallCorpus.clustered(cluster, job("out.jsonl"), model));
        }
        assertThat(folder.resolve("out.jsonl")).hasSameBinaryContentAs(folder.resolve("alone.jsonl"));
        assertThat(folder.resolve("out.jsonl.parts")).doesNotExist();
    }

    @Test
    void whatAKilledDriverLeftIsNotComputedAgain() throws Exception {
        Process driver = new DatasetDriver(ReferenceBackend.NAME, "local[1]", 1)
                .start(model.directory(), file, folder.resolve("out.jsonl"), ProcessBuilder.Redirect.DISCARD);
        while (finished() < 3 && driver.isAlive()) {
            Thread.sleep(5);
        }
        assertThat(driver.isAlive()).as("the driver was killed before its end").isTrue();
        driver.destroyForcibly().waitFor();
        long left = finished();
        assertThat(folder.resolve("out.jsonl")).doesNotExist();

        try (SparkBackend cluster = cluster()) {
            SmallCorpus.clustered(cluster, job("out.jsonl"), model);
            long parts = cluster.workers().stream().mapToLong(WorkerUse::items).sum();
            assertThat(parts).isLessThanOrEqualTo(BLOCKS + 1 - left);
        }
        assertThat(folder.resolve("out.jsonl")).hasSameBinaryContentAs(folder.resolve("alone.jsonl"));
    }

    /** Parts that the driver has written. */
    private long finished() {
        Path parts = folder.resolve("out.jsonl.parts");
        if (!Files.exists(parts)) {
            return 0;
        }
        try (Stream<Path> all = Files.walk(parts)) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith("part-") && name.endsWith(".jsonl"))
                    .count();
        } catch (IOException | UncheckedIOException e) {
            return 0; // it changes while it is looked through
        }
    }
}
