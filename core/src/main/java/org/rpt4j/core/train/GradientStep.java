package org.rpt4j.core.train;

import java.util.List;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerStep;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.OperationCancelledException;
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

    private final Accumulation accumulation;
    private final Optimizer optimizer;

    /**
     * @param shards number of gradient shards
     * @throws org.rpt4j.api.error.UnsupportedCapabilityException if the policy cannot have more than one
     * @throws org.rpt4j.api.error.BackendMemoryException if the heap cannot hold their sum
     */
    GradientStep(TrainablePolicy policy, Optimizer optimizer, int shards) {
        MicroBatchPasses passes = new MicroBatchPasses(policy);
        this.accumulation = shards == 1 ? passes : new GradientShards(policy.gradients(), passes, shards);
        this.optimizer = optimizer;
    }

    Applied run(List<? extends MicroBatchLoss> parts) throws StepSkippedException, PassFailedException {
        boolean stepped = false;
        try {
            double loss = accumulation.accumulate(parts);
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
