package org.rpt4j.spark;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.GradientAccess;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.Snapshot;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.spi.kit.OpenModels;

/**
 * A policy that the driver trains and executors sample: forward pass, backward pass, optimizer and files are those of a
 * local policy; rollouts and log-probabilities are computed by the cluster with the weights of the moment, and so are
 * gradients for whoever asks for the {@link org.rpt4j.api.GradientWorkers}.
 */
final class TrainableSparkPolicy implements TrainablePolicy, OpenModels.Model {

    private final TrainablePolicy local;
    private final ClusterCalls calls;
    private final PublishedWeights weights;
    private final Gradients gradients;
    private final Runnable onClose;
    private volatile boolean closed;

    /** Makes the gradients of a policy, with the lock and the weights of which the executors compute. */
    @FunctionalInterface
    interface Gradients {
        ClusterGradients of(GradientAccess local, Object lock, Supplier<RemoteModel> weights);
    }

    /**
     * @param gradients refuses gradients that are too large
     * @param onClose gives up what the model has on the driver, besides the local policy
     */
    TrainableSparkPolicy(
            TrainablePolicy local,
            ClusterCalls calls,
            PublishedWeights weights,
            Gradients gradients,
            Runnable onClose) {
        this.local = local;
        this.calls = calls;
        this.weights = weights;
        this.gradients = gradients;
        this.onClose = onClose;
    }

    @Override
    public ModelDescription description() {
        return local.description();
    }

    @Override
    public long version() {
        return local.version();
    }

    @Override
    public synchronized List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
        long version = local.version();
        return calls.generate(weights.of(version), version, prompts, options);
    }

    @Override
    public synchronized TokenValues logProbs(TokenBatch batch) {
        return calls.logProbs(weights.of(local.version()), batch);
    }

    @Override
    public ForwardPass forward(TokenBatch batch) {
        return local.forward(batch);
    }

    @Override
    public Optimizer openOptimizer(OptimizerOptions options) {
        return local.openOptimizer(options);
    }

    /** Those of the driver; the workers are executors, which then open the weights for training. */
    @Override
    public synchronized GradientAccess gradients() {
        ClusterGradients ofCluster = gradients.of(local.gradients(), this, () -> weights.of(local.version()));
        weights.trainOnExecutors();
        return ofCluster;
    }

    @Override
    public void save(Path directory) {
        local.save(directory);
    }

    @Override
    public Snapshot snapshot() {
        return local.snapshot();
    }

    /** The driver computes it: it is the frozen model in its memory. */
    @Override
    public Policy withoutAdapter() {
        return local.withoutAdapter();
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            try (local) {
                weights.close();
                onClose.run();
            }
        }
    }
}
