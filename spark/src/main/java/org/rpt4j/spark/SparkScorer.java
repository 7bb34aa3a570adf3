package org.rpt4j.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Capability;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.Workload;
import org.rpt4j.core.phase.Progress;
import org.rpt4j.core.pipeline.DatasetResult;
import org.rpt4j.core.pipeline.DatasetWriter;
import org.rpt4j.spi.kit.InputLimits;
import org.rpt4j.spi.kit.Interrupts;
import org.rpt4j.spi.kit.OpenModels;

/** A scorer that executors compute. */
final class SparkScorer implements ProxyScorer, OpenModels.Model, DatasetWriter {

    /** What keeps one executor busy. */
    static final int TOKENS_PER_TASK = 8192;

    /** A task that is slower than the others holds up the rest less. */
    private static final int TASKS_PER_SLOT = 3;

    /** The driver holds the scores of one call, some tens of bytes each. */
    private static final int MOST_BATCH_TOKENS = 1 << 23;

    private final RemoteModels.Known known;
    private final Cluster cluster;
    private final ClusterOptions options;
    private final RemoteModels remote;
    private final ExecutorMemory memory;
    private final RemoteModel model;
    private final Runnable onClose;
    private @Nullable String identity;
    private volatile boolean closed;

    /** @param onClose gives up what the model has on the driver */
    SparkScorer(
            RemoteModels.Known known,
            Cluster cluster,
            ClusterOptions options,
            RemoteModels remote,
            ExecutorMemory memory,
            RemoteModel model,
            Runnable onClose) {
        this.known = known;
        this.cluster = cluster;
        this.options = options;
        this.remote = remote;
        this.memory = memory;
        this.model = model;
        this.onClose = onClose;
    }

    @Override
    public synchronized ModelDescription description() {
        requireOpen();
        return known.description();
    }

    /** What the scorer of an executor says. */
    @Override
    public synchronized Optional<String> identity() {
        requireOpen();
        if (identity == null) {
            identity = cluster.run("the identity of a scorer", model, new Operation.Identify(), List.of(new byte[0]))
                    .get(0)
                    .text();
        }
        return identity.isEmpty() ? Optional.empty() : Optional.of(identity);
    }

    /** Three tasks for each task that the cluster runs at a time. */
    @Override
    public synchronized int batchTokens() {
        requireOpen();
        long tokens = (long) TOKENS_PER_TASK * TASKS_PER_SLOT * cluster.slots();
        return (int) Math.min(tokens, MOST_BATCH_TOKENS);
    }

    @Override
    public synchronized List<TokenScores> score(List<int[]> given, ScoringOptions scoring) {
        requireOpen();
        InputLimits limits = known.limits();
        List<int[]> sequences = limits.requireScorable(given, scoring);
        Interrupts.check("scoring");
        if (sequences.isEmpty()) {
            return List.of();
        }
        List<List<int[]>> chunks = Chunks.of(sequences, options.sequencesPerTask());
        int longest =
                sequences.stream().mapToInt(sequence -> sequence.length).max().orElseThrow();
        memory.require(new Workload(Capability.SCORE, chunks.get(0).size(), 0, longest, 0));
        List<WireReader> answers = cluster.run(
                "scores of " + sequences.size() + " sequences",
                model,
                new Operation.Score(scoring),
                chunks.stream().map(Operation.Score::items).toList());
        List<TokenScores> scores = new ArrayList<>(sequences.size());
        answers.forEach(answer -> scores.addAll(Operation.Score.scores(answer)));
        Chunks.requireAll("scores", scores.size(), sequences.size());
        return scores;
    }

    @Override
    public synchronized DatasetResult writeDataset(Job job, Consumer<Progress> progress) {
        return dataset().write(job, progress);
    }

    /** What the cluster does with whole documents. */
    synchronized ClusterDataset dataset() {
        requireOpen();
        return new ClusterDataset(cluster, options, remote, memory, model, this);
    }

    /** What executors can fetch. */
    RemoteModels remote() {
        return remote;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the scorer is closed");
        }
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            onClose.run();
        }
    }
}
