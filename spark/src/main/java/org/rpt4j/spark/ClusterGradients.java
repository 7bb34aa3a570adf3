package org.rpt4j.spark;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.rpt4j.api.Capability;
import org.rpt4j.api.GradientAccess;
import org.rpt4j.api.GradientWorkers;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.WeightedBatch;
import org.rpt4j.api.Workload;
import org.rpt4j.spi.kit.InputLimits;
import org.rpt4j.spi.kit.Interrupts;

/**
 * The gradients of a policy that the driver trains, whose shards the executors compute: each from zero, gathered whole
 * and in the order of the shards. Nothing is added up on the way, where the order would be that of arrival.
 */
final class ClusterGradients implements GradientAccess, GradientWorkers {

    private final GradientAccess local;
    private final Cluster cluster;
    private final InputLimits limits;
    private final ExecutorMemory memory;
    private final Supplier<RemoteModel> weights;
    private final Object lock;
    private final int shardsPerJob;

    /**
     * @param local the gradients of the driver
     * @param weights publishes those of the moment
     * @param lock serialises the calls of the policy
     * @param shardsPerJob most shards whose gradients Spark may bring to the driver at a time
     */
    ClusterGradients(
            GradientAccess local,
            Cluster cluster,
            InputLimits limits,
            ExecutorMemory memory,
            Supplier<RemoteModel> weights,
            Object lock,
            int shardsPerJob) {
        this.local = local;
        this.cluster = cluster;
        this.limits = limits;
        this.memory = memory;
        this.weights = weights;
        this.lock = lock;
        this.shardsPerJob = shardsPerJob;
    }

    @Override
    public long size() {
        return local.size();
    }

    @Override
    public void read(long from, FloatBuffer into) {
        local.read(from, into);
    }

    @Override
    public void add(long from, FloatBuffer values) {
        local.add(from, values);
    }

    @Override
    public void clear() {
        local.clear();
    }

    @Override
    public Optional<GradientWorkers> workers() {
        return Optional.of(this);
    }

    @Override
    public List<TokenValues> logProbs(List<TokenBatch> given) {
        List<TokenBatch> batches = given.stream().map(limits::requireComputable).toList();
        Interrupts.check("forward passes");
        if (batches.isEmpty()) {
            return List.of();
        }
        batches.forEach(batch -> memory.require(workload(batch)));
        List<List<TokenBatch>> chunks = Chunks.of(batches, 1);
        List<WireReader> answers = run(
                "forward passes of " + batches.size() + " micro-batches",
                new Operation.Forward(),
                chunks.stream().map(Operation.Forward::items).toList());
        return Chunks.zip(answers, chunks, Operation.Forward::values).stream()
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public List<FloatBuffer> gradients(List<List<WeightedBatch>> shards) {
        Interrupts.check("gradients");
        List<FloatBuffer> gradients = new ArrayList<>(shards.size());
        for (List<List<WeightedBatch>> job : Chunks.of(shards, shardsPerJob)) {
            run(
                            "gradients of " + job.size() + " shards",
                            new Operation.Gradients(),
                            job.stream().map(Operation.Gradients::items).toList())
                    .stream()
                    .map(WireReader::floats)
                    .forEach(gradients::add);
        }
        return gradients;
    }

    private List<WireReader> run(String what, Operation operation, List<byte[]> chunks) {
        synchronized (lock) {
            return cluster.run(what, weights.get(), operation, chunks);
        }
    }

    /** A batch of as many tokens whose prompts and completions are of equal length. */
    private static Workload workload(TokenBatch batch) {
        int completions = Math.max(1, batch.completionCount());
        return new Workload(
                Capability.TRAIN,
                batch.promptCount(),
                quotient(completions, batch.promptCount()),
                quotient(batch.promptTokens().length, batch.promptCount()),
                quotient(batch.completionTokenCount(), completions));
    }

    private static int quotient(int total, int parts) {
        return (total + parts - 1) / parts;
    }
}
