package org.rpt4j.backend.jni;

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
    private final Runnable closer;
    private final TokenValues logProbs;
    private boolean backwardDone;
    private boolean closed;

    /** Runs within {@link ModelHandle#use}. */
    NativeForwardPass(NativePolicy policy, TokenBatch batch, boolean recompute) {
        this.policy = policy;
        this.batch = batch;
        FlatBatch flat =
                FlatBatch.of(batch, 0, batch.promptCount(), policy.model().tokensPerPage());
        double[] values = new double[flat.targetTokens.length];
        long opened = NativeEngine.openPass(policy.model().model(), flat, batch.temperature(), recompute, values);
        try {
            this.logProbs = FiniteNumbers.logProbs(batch, values);
        } catch (NumericalException e) {
            NativeEngine.closePass(opened);
            throw e;
        }
        this.pass = opened;
        this.closer = () -> NativeEngine.closePass(opened);
        policy.model().onClose(closer);
    }

    @Override
    public TokenValues logProbs() {
        requireOpen();
        return logProbs;
    }

    @Override
    public void backward(TokenValues weights) {
        requireOpen();
        if (backwardDone) {
            throw new IllegalStateException("backward was called before; a forward pass has at most one");
        }
        double[] values = InputLimits.requireWeights(weights, batch);
        policy.model().use("backward", () -> {
            backwardDone = true;
            NativeEngine.backward(pass, values, policy.gradients().accumulate());
            return true;
        });
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        ModelHandle model = policy.model();
        model.closePart(() -> {
            policy.passClosed(this);
            model.forget(closer);
            closer.run();
        });
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this forward pass is closed");
        }
    }
}
