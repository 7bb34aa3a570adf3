package org.rpt4j.core.train;

import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;

/**
 * The learning rate over a run: a linear warm-up to the peak, then a decay to a fraction of it. Pure. The optimizer's
 * own warm-up must be 0, or both would apply.
 *
 * @param shape form of the decay
 * @param peak rate at the end of the warm-up, positive
 * @param finalShare rate at the end of the run as a fraction of the peak, 0 to 1
 * @param warmupSteps updates over which the rate rises; update number s, from 0, uses (s + 1) / warmupSteps of the peak
 * @since 0.1.0
 */
public record LearningRateSchedule(Shape shape, double peak, double finalShare, long warmupSteps) {

    public static final Setting<Shape> SHAPE = Setting.of("shape", Shape.class)
            .says("How the learning rate falls after the warm-up.")
            .after("section 3.3: constant")
            .or(Shape.CONSTANT);

    public static final Setting<Double> PEAK = Setting.real("peak", Range.above(0))
            .says("Learning rate after the warm-up.")
            .orNone();

    public static final Setting<Double> FINAL_SHARE = Setting.real("final-share", Range.between(0, 1))
            .says("Learning rate after the last step, as a share of the rate after the warm-up.")
            .orNone();

    public static final Setting<Long> WARMUP_STEPS = Setting.wholeLong("warmup-steps", Range.atLeast(0))
            .says("Steps over which the learning rate rises.")
            .in("steps")
            .after("unspecified by the paper")
            .or(0L);

    /** Shapes of the decay, from the peak (1) to the final rate (0). */
    public enum Shape {
        /** No decay. */
        CONSTANT {
            @Override
            double at(double way) {
                return 1;
            }
        },
        /** A linear decay. */
        LINEAR {
            @Override
            double at(double way) {
                return 1 - way;
            }
        },
        /** A half-cosine decay. */
        COSINE {
            @Override
            double at(double way) {
                return (1 + Math.cos(Math.PI * way)) / 2;
            }
        };

        abstract double at(double way);
    }

    public LearningRateSchedule {
        PEAK.check(peak);
        FINAL_SHARE.check(finalShare);
        WARMUP_STEPS.check(warmupSteps);
    }

    /** The same rate at every step. */
    public static LearningRateSchedule constant(double rate) {
        return new LearningRateSchedule(Shape.CONSTANT, rate, 1, 0);
    }

    /** A half-cosine decay to a tenth of the peak. */
    public static LearningRateSchedule cosine(double peak, long warmupSteps) {
        return new LearningRateSchedule(Shape.COSINE, peak, 0.1, warmupSteps);
    }

    /** A linear decay to zero after the last step. */
    public static LearningRateSchedule linear(double peak, long warmupSteps) {
        return new LearningRateSchedule(Shape.LINEAR, peak, 0, warmupSteps);
    }

    /**
     * The rate of a step. It reaches its final value only after the last step, so no step is wasted on a rate of 0.
     *
     * @param step step number, from 0
     * @param steps number of steps of the whole run
     */
    public double at(long step, long steps) {
        if (step < 0 || step >= steps) {
            throw new IllegalArgumentException("step " + step + " is not one of " + steps);
        }
        if (step < warmupSteps) {
            return peak * (step + 1) / warmupSteps;
        }
        double way = (double) (step - warmupSteps) / (steps - warmupSteps);
        return peak * (finalShare + (1 - finalShare) * shape.at(way));
    }
}
