package org.rpt4j.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaRDD;
import org.rpt4j.api.Capability;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.Workload;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.core.corpus.FileCorpus;
import org.rpt4j.core.dataset.DatasetHeader;
import org.rpt4j.core.dataset.DatasetShards;
import org.rpt4j.core.phase.Progress;
import org.rpt4j.core.pipeline.CorpusDivision;
import org.rpt4j.core.pipeline.DatasetResult;
import org.rpt4j.core.pipeline.DatasetWriter;
import org.rpt4j.core.pipeline.PipelineSettings;
import org.rpt4j.core.pipeline.TaskPipeline;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.model.format.AtomicFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a dataset on a cluster: an executor reads the corpus once and finds where its parts begin; executors read,
 * tokenize, score and write the parts; the driver joins them. The driver holds a line about each part, and one document
 * at a time when it joins.
 */
final class ClusterDataset {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterDataset.class);

    private final Cluster cluster;
    private final ClusterOptions options;
    private final RemoteModels remote;
    private final ExecutorMemory memory;
    private final RemoteModel model;
    private final ProxyScorer proxy;

    /**
     * @param model what executors open
     * @param proxy the same on the driver, for what it says of itself
     */
    ClusterDataset(
            Cluster cluster,
            ClusterOptions options,
            RemoteModels remote,
            ExecutorMemory memory,
            RemoteModel model,
            ProxyScorer proxy) {
        this.cluster = cluster;
        this.options = options;
        this.remote = remote;
        this.memory = memory;
        this.model = model;
        this.proxy = proxy;
    }

    /** {@link DatasetWriter#writeDataset}. */
    DatasetResult write(DatasetWriter.Job job, Consumer<Progress> progress) {
        AtomicFiles.requireWritableFile(job.file());
        try (Tokenizer tokenizer = Tokenizer.open(job.tokenizer());
                Tokenizer proxyTokenizer =
                        isSame(job.tokenizer(), job.proxyTokenizer()) ? null : Tokenizer.open(job.proxyTokenizer())) {
            (proxyTokenizer == null ? tokenizer : proxyTokenizer).requireFits(proxy.description());
            TaskPipeline own = new TaskPipeline(tokenizer, job.settings());
            TaskPipeline pipeline = proxyTokenizer == null ? own : own.withProxyTokenizer(proxyTokenizer);
            memory.require(workload(job.settings()));
            CorpusDivision division = divide(job.corpus(), job.settings().maxDocuments());
            DatasetHeader header = pipeline.header(division.summary(), proxy, job.proxyFingerprint());
            PartFiles parts = PartFiles.of(
                    options.partsDirectory()
                            .orElseGet(() -> "file:" + job.file().toAbsolutePath() + ".parts"),
                    header,
                    options.blocksPerPart(),
                    division.parts().size());
            score(job, division, parts, proxyTokenizer != null, progress);
            DatasetShards.Joined joined =
                    DatasetShards.join(job.file(), header, division.parts().size(), parts);
            parts.delete();
            return new DatasetResult(joined.tasks(), joined.statistics(), division.summary());
        }
    }

    static boolean isSame(Path one, Path other) {
        try {
            return one.equals(other) || Files.isSameFile(one, other);
        } catch (IOException e) {
            return false; // opening says what is wrong
        }
    }

    /** What an executor scores at a time. */
    private Workload workload(PipelineSettings settings) {
        int window = Math.min(settings.windowTokens(), proxy.description().contextLength());
        return new Workload(Capability.SCORE, Math.max(1, SparkScorer.TOKENS_PER_TASK / window), 0, window, 0);
    }

    /** A partition for each item. */
    JavaRDD<byte[]> spread(List<byte[]> items) {
        return cluster.spread(items);
    }

    /** What scores the rows of a partition. */
    ScoreRows rows(ScoreDocuments operation) {
        memory.require(workload(operation.recipe().settings()));
        proxy.identity(); // an executor answers, and tells what its bits depend on
        return new ScoreRows(
                cluster.call(model, operation).bytes(),
                operation.selects(),
                options.mixedExecutors() ? "" : cluster.fingerprint());
    }

    CorpusDivision divide(FileCorpus corpus, long maxDocuments) {
        return CorpusWire.division(cluster.run(
                        "the parts of a corpus of " + corpus.members().size() + " files",
                        model,
                        new DivideCorpus(corpus, maxDocuments, options.blocksPerPart()),
                        List.of(new byte[0]))
                .get(0));
    }

    private void score(
            DatasetWriter.Job job,
            CorpusDivision division,
            PartFiles parts,
            boolean ownTokenizer,
            Consumer<Progress> progress) {
        Set<Integer> missing = new HashSet<>(parts.missing());
        int count = division.parts().size();
        if (missing.size() < count) {
            LOG.info("{} of {} parts are in {} already", count - missing.size(), count, parts.directory());
        }
        if (missing.isEmpty()) {
            return;
        }
        List<PublishedFile> files = ownTokenizer ? remote.files().publishTokenizer(job.tokenizer()) : List.of();
        try {
            Optional<RemoteModel> tokenizer =
                    ownTokenizer ? Optional.of(remote.tokenizer(files, job.tokenizer())) : Optional.empty();
            ScorePart operation = new ScorePart(
                    job.corpus(),
                    new PipelineRecipe(job.settings(), tokenizer),
                    division.summary().documents(),
                    division.summary().fingerprint(),
                    job.proxyFingerprint(),
                    parts.directory(),
                    count,
                    options.mixedExecutors());
            List<byte[]> items = new ArrayList<>();
            division.parts().stream()
                    .filter(part -> missing.contains(part.number()))
                    .forEach(part -> items.add(ScorePart.items(part)));
            cluster.run(
                    items.size() + " parts of a dataset",
                    model,
                    operation,
                    items,
                    new Estimate(items.size(), progress));
        } finally {
            remote.files().release(files);
        }
        requireAll(parts);
    }

    /** Tokens by those of the parts that are done. */
    private static final class Estimate implements Cluster.Watch {

        private final int parts;
        private final Consumer<Progress> progress;
        private final long start = System.nanoTime();

        Estimate(int parts, Consumer<Progress> progress) {
            this.parts = parts;
            this.progress = progress;
        }

        @Override
        public void completed(long chunks, long tokens) {
            if (chunks > 0) {
                long total = Math.max(tokens, Math.round((double) tokens * parts / chunks));
                progress.accept(new Progress(tokens, total, Duration.ofNanos(System.nanoTime() - start)));
            }
        }
    }

    private static void requireAll(PartFiles parts) {
        List<Integer> missing = parts.missing();
        if (!missing.isEmpty()) {
            throw new StorageException("executors have written the parts of the dataset, and the driver does not see "
                    + missing.size() + " of them, such as " + parts.name(missing.get(0)) + ". Set "
                    + ClusterOptions.PARTS
                    + " to a directory that all machines see, such as hdfs://host/tmp/parts.");
        }
    }
}
