package org.rpt4j.run.supervised;

import java.util.List;
import org.rpt4j.core.train.ComputeCost;
import org.rpt4j.core.train.SupervisedBatches;
import org.rpt4j.core.train.SupervisedExample;
import org.rpt4j.core.train.SupervisedSettings;

/**
 * The compute that a baseline may spend.
 *
 * @param cost how compute is counted
 * @param flops floating point operations, by that count
 * @since 0.1.0
 */
public record ComputeBudget(ComputeCost cost, double flops) {

    public ComputeBudget {
        if (!(flops >= 0 && flops < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("flops is " + flops + ", must be finite and not negative");
        }
    }

    /** What is left after reading prompt and generated tokens; 0 if they cost more. */
    public ComputeBudget afterReading(long tokens) {
        return new ComputeBudget(cost, Math.max(0, flops - cost.flops(tokens, 0)));
    }

    /**
     * The largest number of supervised steps that the budget pays for.
     *
     * @param settings its {@code steps} is ignored
     */
    public long steps(List<SupervisedExample> examples, SupervisedSettings settings) {
        SupervisedBatches batches = new SupervisedBatches(examples, settings.tokensPerStep(), settings.seed());
        double spent = 0;
        for (long step = 0; ; step++) {
            long learned = batches.batch(step).stream()
                    .mapToLong(SupervisedExample::learnedTokenCount)
                    .sum();
            spent += cost.flops(0, learned);
            if (spent > flops) {
                return step;
            }
        }
    }
}
