package org.rpt4j.tck.reference;

import java.util.List;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.spi.kit.FiniteNumbers;
import org.rpt4j.spi.kit.InputLimits;
import org.rpt4j.spi.kit.Interrupts;

/** Keeps the activations of each sequence of a batch, each computed on its own. */
final class ReferenceForwardPass implements ForwardPass {

    private final ReferencePolicy policy;
    private final TokenBatch batch;
    private final List<BatchSequence> sequences;
    private final TokenValues logProbs;
    private List<ReferenceForward> forwards;
    private boolean used;
    private boolean closed;

    ReferenceForwardPass(ReferencePolicy policy, TokenBatch batch) {
        this.policy = policy;
        this.batch = batch;
        this.sequences = BatchSequence.of(batch);
        double[] values = new double[batch.completionTokenCount()];
        this.forwards = sequences.stream().map(this::forward).toList();
        for (int i = 0; i < sequences.size(); i++) {
            SequenceLogProbs.read(sequences.get(i), forwards.get(i), batch.temperature(), values);
        }
        this.logProbs = FiniteNumbers.logProbs(batch, values);
    }

    private ReferenceForward forward(BatchSequence sequence) {
        Interrupts.check("computing a forward pass");
        return sequence.forward(policy.model());
    }

    @Override
    public TokenValues logProbs() {
        synchronized (policy) {
            requireOpen();
            return logProbs;
        }
    }

    @Override
    public void backward(TokenValues weights) {
        synchronized (policy) {
            requireOpen();
            if (used) {
                throw new IllegalStateException("backward was already called on this pass; run forward again");
            }
            TokenValues checked = TokenValues.of(batch, InputLimits.requireWeights(weights, batch));
            used = true;
            double[][] ofModel = policy.model().zeros();
            ReferenceGradients.add(sequences, forwards, batch.temperature(), checked, ofModel);
            policy.gradientSum().add(ofModel);
        }
    }

    @Override
    public void close() {
        synchronized (policy) {
            if (!closed) {
                closed = true;
                forwards = List.of();
                policy.passClosed();
            }
        }
    }

    private void requireOpen() {
        policy.requireOpen();
        if (closed) {
            throw new IllegalStateException("the forward pass is closed");
        }
    }
}
