package org.rpt4j.spark;

import java.util.List;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.spi.kit.OpenModels;

/** A policy with fixed weights that executors compute. It has no sessions: a KV cache does not travel. */
final class SparkPolicy implements Policy, OpenModels.Model {

    private final ModelDescription description;
    private final ClusterCalls calls;
    private final RemoteModel model;
    private final Runnable onClose;
    private volatile boolean closed;

    /** @param onClose gives up what the model has on the driver */
    SparkPolicy(ModelDescription description, ClusterCalls calls, RemoteModel model, Runnable onClose) {
        this.description = description;
        this.calls = calls;
        this.model = model;
        this.onClose = onClose;
    }

    @Override
    public synchronized ModelDescription description() {
        requireOpen();
        return description;
    }

    @Override
    public synchronized long version() {
        requireOpen();
        return 0;
    }

    @Override
    public synchronized List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
        requireOpen();
        return calls.generate(model, 0, prompts, options);
    }

    @Override
    public synchronized TokenValues logProbs(TokenBatch batch) {
        requireOpen();
        return calls.logProbs(model, batch);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the policy is closed");
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
