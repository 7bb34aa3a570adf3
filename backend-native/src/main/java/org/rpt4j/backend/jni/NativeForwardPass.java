package org.rpt4j.backend.jni;

import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.error.NumericalException;
import org.rpt4j.spi.kit.FiniteNumbers;
import org.rpt4j.spi.kit.InputLimits;

/** The activations of one batch in the engine's memory. */
final class NativeForwardPass implements ForwardPass {

    private final NativePolicy policy;
    private final TokenBatch batch;
    private final long pass;
    private final ModelPart part;
    private final TokenValues logProbs;
    private boolean backwardDone;
    private boolean handedOver;

    /** Runs within {@link ModelHandle#use}. */
    NativeForwardPass(NativePolicy policy, TokenBatch batch, BackendOptions options) {
        this.policy = policy;
        this.batch = batch;
        FlatBatch flat =
                FlatBatch.of(batch, 0, batch.promptCount(), policy.model().tokensPerPage());
        double[] values = new double[flat.targetTokens.length];
        long opened = NativeEngine.openPass(
                policy.model().model(),
                flat,
                batch.temperature(),
                options.recomputeActivations(),
                !options.layerwiseUpdates(),
                values);
        try {
            this.logProbs = FiniteNumbers.logProbs(batch, values);
        } catch (NumericalException e) {
            NativeEngine.closePass(opened);
            throw e;
        }
        this.pass = opened;
        this.part = new ModelPart(policy.model(), "forward pass", this::free);
    }

    private void free() {
        if (!handedOver) {
            NativeEngine.closePass(pass);
        }
    }

    @Override
    public TokenValues logProbs() {
        part.requireOpen("logProbs");
        return logProbs;
    }

    @Override
    public void backward(TokenValues weights) {
        part.requireOpen("backward");
        double[] values = InputLimits.requireWeights(weights, batch);
        part.use("backward", () -> {
            if (backwardDone) {
                throw new IllegalStateException("backward was called before; a forward pass has at most one");
            }
            backwardDone = true;
            handedOver = policy.backward(pass, values);
            return true;
        });
    }

    @Override
    public void close() {
        part.close(() -> policy.passClosed(this));
    }
}
