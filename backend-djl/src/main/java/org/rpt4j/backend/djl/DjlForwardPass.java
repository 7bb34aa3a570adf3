package org.rpt4j.backend.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.spi.kit.FiniteNumbers;
import org.rpt4j.spi.kit.InputLimits;

/** The activations of one batch, kept by autograd or recomputed layer by layer. */
final class DjlForwardPass implements ForwardPass {

    private final DjlPolicy policy;
    private final TokenBatch batch;
    private final NDManager scope;
    private final Activations activations;
    private final NDArray targets;
    private final Head head;
    private final TokenValues logProbs;
    private boolean backwardDone;
    private volatile boolean closed;

    /** Runs on the engine thread. */
    DjlForwardPass(DjlPolicy policy, TokenBatch given, boolean recompute) {
        DjlModel model = policy.model();
        this.policy = policy;
        this.batch = model.limits.requireComputable(given);
        RaggedBatch ragged = RaggedBatch.of(batch);
        this.scope = model.newScope();
        try {
            this.head = new Head(model, batch.temperature());
            if (ragged.targets.length == 0) {
                this.targets = scope.create(new long[] {0});
                this.activations = Activations.EMPTY;
                this.logProbs = TokenValues.of(batch, new double[0]);
                return;
            }
            this.targets = scope.create(ragged.targets);
            this.activations = recompute
                    ? new LayerwiseActivations(model, scope, ragged)
                    : new AutogradActivations(model, scope, ragged);
            this.logProbs = FiniteNumbers.logProbs(
                    batch, head.logProbs(scope, model.trainingWeights(), activations.hidden(), targets));
        } catch (RuntimeException e) {
            scope.close();
            throw e;
        }
    }

    @Override
    public TokenValues logProbs() {
        requireOpen();
        return logProbs;
    }

    @Override
    public void backward(TokenValues weights) {
        requireOpen();
        double[] values = InputLimits.requireWeights(weights, batch);
        policy.onEngine("backward", () -> {
            // Again, on the engine's thread: another thread may have closed the pass while this one waited.
            requireOpen();
            if (backwardDone) {
                throw new IllegalStateException("backward was already called; a forward pass has at most one");
            }
            backwardDone = true;
            activations.backward(hidden -> head.surrogate(scope, hidden, targets, values));
            policy.gradientsAdded();
            return true;
        });
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            policy.passClosed(this, scope);
        }
    }

    /** Frees the activations; runs on the engine thread. */
    void free() {
        closed = true;
        scope.close();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this forward pass is closed");
        }
    }
}
