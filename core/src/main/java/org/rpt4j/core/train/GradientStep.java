package org.rpt4j.core.train;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerStep;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.core.phase.Phase;
import org.rpt4j.core.rollout.FailedBatch;

/**
 * One update: forward and backward of every micro-batch, then a single optimizer step. Whatever happens, either the
 * update is applied or the gradients are cleared.
 */
final class GradientStep {

    /**
     * An applied update.
     *
     * @param loss the loss of the whole step before the update
     * @param optimizer gradient norm before clipping and learning rate
     */
    record Applied(double loss, OptimizerStep optimizer) {}

    private final TrainablePolicy policy;
    private final Optimizer optimizer;

    GradientStep(TrainablePolicy policy, Optimizer optimizer) {
        this.policy = policy;
        this.optimizer = optimizer;
    }

    Applied run(List<? extends MicroBatchLoss> parts) throws StepSkippedException, PassFailedException {
        boolean stepped = false;
        try {
            double loss = 0;
            for (MicroBatchLoss part : parts) {
                loss += accumulate(part);
            }
            OptimizerStep step = step(parts);
            stepped = true;
            if (!step.applied()) {
                throw new StepSkippedException(
                        SkipReason.NON_FINITE_GRADIENT,
                        WholeStep.failed(
                                parts,
                                SkipReason.NON_FINITE_GRADIENT.name(),
                                "the gradient norm is " + step.gradientNorm()));
            }
            return new Applied(loss, step);
        } finally {
            if (!stepped) {
                optimizer.zeroGradients();
            }
        }
    }

    private double accumulate(MicroBatchLoss part) throws StepSkippedException, PassFailedException {
        @Nullable TokenValues logProbs = null;
        try (ForwardPass pass = policy.forward(part.tokens())) {
            logProbs = pass.logProbs();
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
            pass.backward(TokenValues.of(part.tokens(), loss.weights()));
            return loss.value();
        } catch (OperationCancelledException e) {
            throw e;
        } catch (RuntimeException | OutOfMemoryError e) {
            String operation = logProbs == null ? "The forward pass" : "The loss or the backward pass";
            FailedBatch batch = FailedBatch.of(Phase.UPDATE, e, part.groups(), part.tokens(), values(part, logProbs));
            throw new PassFailedException(operation, true, batch, e);
        }
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

    private OptimizerStep step(List<? extends MicroBatchLoss> parts) throws PassFailedException {
        try {
            return optimizer.step();
        } catch (OperationCancelledException e) {
            throw e;
        } catch (RuntimeException | OutOfMemoryError e) {
            FailedBatch batch = WholeStep.failed(parts, e.getClass().getName(), String.valueOf(e.getMessage()));
            throw new PassFailedException("The optimizer step", false, batch, e);
        }
    }
}
