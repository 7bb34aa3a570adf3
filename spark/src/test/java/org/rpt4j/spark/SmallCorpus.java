package org.rpt4j.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.rpt4j.api.Backend;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.core.corpus.FileCorpus;
import org.rpt4j.core.dataset.ModelFingerprint;
import org.rpt4j.core.pipeline.DatasetResult;
import org.rpt4j.core.pipeline.DatasetWriter;
import org.rpt4j.core.pipeline.PipelineSettings;
import org.rpt4j.core.pipeline.TaskPipeline;
import org.rpt4j.core.task.PositionSelector;
import org.rpt4j.core.task.TaskSelection;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.spi.Backends;

/** Corpora of several blocks with little to score, and their datasets. */
final class SmallCorpus {

    /** So many short documents fill a block. */
    private static final int BLOCK = 4000;

    static final PipelineSettings SETTINGS =
            PipelineSettings.of(TaskSelection.builder(new PositionSelector.TopFraction(0.2))
                    .minContextTokens(2)
                    .build());

    private SmallCorpus() {}

    /** JSON lines of some blocks: documents of two letters, and now and then a longer one. */
    static Path write(Path file, int blocks) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < blocks * BLOCK; i++) {
            String text = i % 400 == 7 ? "the " + i + ". of all, and so on, the " + i : "ab";
            lines.append("{\"text\":\"").append(text).append("\"}\n");
        }
        return Files.writeString(file, lines);
    }

    static DatasetWriter.Job job(Path file, FileCorpus corpus, ModelSource proxy, Path tokenizer) {
        return new DatasetWriter.Job(file, corpus, SETTINGS, tokenizer, proxy.directory(), ModelFingerprint.of(proxy));
    }

    /** What one process writes. */
    static DatasetResult alone(String backend, DatasetWriter.Job job, ModelSource proxy) {
        Optional<Path> own =
                job.tokenizer().equals(job.proxyTokenizer()) ? Optional.empty() : Optional.of(job.proxyTokenizer());
        try (Backend local = Backends.open(backend);
                ProxyScorer scorer = local.openProxyScorer(proxy);
                Tokenizer tokenizer = Tokenizer.open(job.tokenizer());
                Tokenizer proxyTokenizer = Tokenizer.open(job.proxyTokenizer())) {
            TaskPipeline pipeline = new TaskPipeline(tokenizer, job.settings());
            return (own.isEmpty() ? pipeline : pipeline.withProxyTokenizer(proxyTokenizer))
                    .writeDataset(job.file(), job.corpus(), scorer, job.proxyFingerprint(), progress -> {});
        }
    }

    /** What a cluster writes. */
    static DatasetResult clustered(SparkBackend cluster, DatasetWriter.Job job, ModelSource proxy) {
        try (ProxyScorer scorer = cluster.openProxyScorer(proxy)) {
            return ((DatasetWriter) scorer).writeDataset(job, progress -> {});
        }
    }

    static List<String> names(Path directory) throws IOException {
        try (var all = Files.list(directory)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
