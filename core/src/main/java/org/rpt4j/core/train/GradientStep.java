package org.rpt4j.core.train;

import java.util.Arrays;
import java.util.List;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerStep;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;

/**
 * One update through the one differentiable primitive: forward and backward of every micro-batch, then a single
 * optimizer step. Either the update is applied or the gradients are cleared, whatever happens.
 */
final class GradientStep {

    /**
     * An applied update.
     *
     * @param loss the loss of the whole step before the update
     * @param optimizer norm before clipping and learning rate
     */
    record Applied(double loss, OptimizerStep optimizer) {}

    private final TrainablePolicy policy;
    private final Optimizer optimizer;

    GradientStep(TrainablePolicy policy, Optimizer optimizer) {
        this.policy = policy;
        this.optimizer = optimizer;
    }

    Applied run(List<? extends MicroBatchLoss> parts) throws StepSkippedException {
        boolean stepped = false;
        try {
            double loss = 0;
            for (MicroBatchLoss part : parts) {
                loss += accumulate(part);
            }
            OptimizerStep step = optimizer.step();
            stepped = true;
            if (!step.applied()) {
                throw new StepSkippedException(SkipReason.NON_FINITE_GRADIENT);
            }
            return new Applied(loss, step);
        } finally {
            if (!stepped) {
                optimizer.zeroGradients();
            }
        }
    }

    private double accumulate(MicroBatchLoss part) throws StepSkippedException {
        try (ForwardPass pass = policy.forward(part.tokens())) {
            TokenValues logProbs = pass.logProbs();
            if (!Arrays.stream(logProbs.values()).allMatch(Double::isFinite)) {
                throw new StepSkippedException(SkipReason.NON_FINITE_LOG_PROBS);
            }
            MicroBatchLoss.Weighted loss = part.at(logProbs);
            if (!Double.isFinite(loss.value())) {
                throw new StepSkippedException(SkipReason.NON_FINITE_LOSS);
            }
            pass.backward(TokenValues.of(part.tokens(), loss.weights()));
            return loss.value();
        }
    }
}
