package org.rpt4j.core.train;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.core.phase.Phase;
import org.rpt4j.core.rollout.FailedBatch;

/** Adds the gradient of micro-batches, one forward and one backward pass each, to those of a policy. */
final class MicroBatchPasses implements Accumulation {

    private final TrainablePolicy policy;

    MicroBatchPasses(TrainablePolicy policy) {
        this.policy = policy;
    }

    @Override
    public double accumulate(List<? extends MicroBatchLoss> parts) throws StepSkippedException, PassFailedException {
        double loss = 0;
        for (MicroBatchLoss part : parts) {
            loss += accumulate(part);
        }
        return loss;
    }

    /** Adds the gradient of one micro-batch and returns its loss. */
    double accumulate(MicroBatchLoss part) throws StepSkippedException, PassFailedException {
        @Nullable TokenValues logProbs = null;
        try (ForwardPass pass = policy.forward(part.tokens())) {
            logProbs = pass.logProbs();
            MicroBatchLoss.Weighted loss = weigh(part, logProbs);
            pass.backward(TokenValues.of(part.tokens(), loss.weights()));
            return loss.value();
        } catch (OperationCancelledException e) {
            throw e;
        } catch (RuntimeException | OutOfMemoryError e) {
            throw failed(part, logProbs, e);
        }
    }

    /** The loss of a micro-batch whose forward pass was computed elsewhere. */
    static MicroBatchLoss.Weighted loss(MicroBatchLoss part, TokenValues logProbs)
            throws StepSkippedException, PassFailedException {
        try {
            return weigh(part, logProbs);
        } catch (OperationCancelledException e) {
            throw e;
        } catch (RuntimeException | OutOfMemoryError e) {
            throw failed(part, logProbs, e);
        }
    }

    private static MicroBatchLoss.Weighted weigh(MicroBatchLoss part, TokenValues logProbs)
            throws StepSkippedException {
        if (NonFinite.isIn(logProbs.values())) {
            throw skipped(part, logProbs, SkipReason.NON_FINITE_LOG_PROBS, "log-probability", logProbs.values());
        }
        MicroBatchLoss.Weighted loss = part.at(logProbs);
        if (!Double.isFinite(loss.value())) {
            throw skipped(
                    part,
                    logProbs,
                    SkipReason.NON_FINITE_LOSS,
                    "the loss is " + loss.value() + "; its derivative",
                    loss.weights());
        }
        return loss;
    }

    private static PassFailedException failed(MicroBatchLoss part, @Nullable TokenValues logProbs, Throwable e) {
        String operation = logProbs == null ? "The forward pass" : "The loss or the backward pass";
        FailedBatch batch = FailedBatch.of(Phase.UPDATE, e, part.groups(), part.tokens(), values(part, logProbs));
        return new PassFailedException(operation, true, batch, e);
    }

    private static StepSkippedException skipped(
            MicroBatchLoss part, TokenValues logProbs, SkipReason reason, String what, double[] values) {
        String detail = NonFinite.first(what, values, part.tokens(), part.groups());
        return new StepSkippedException(
                reason,
                new FailedBatch(
                        Phase.UPDATE, reason.name(), detail, part.groups(), part.tokens(), values(part, logProbs)));
    }

    private static Map<String, TokenValues> values(MicroBatchLoss part, @Nullable TokenValues logProbs) {
        Map<String, TokenValues> values = new HashMap<>(part.known());
        if (logProbs != null) {
            values.put(FailedBatch.TRAINED, logProbs);
        }
        return values;
    }
}
