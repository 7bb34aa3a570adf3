package org.rpt4j.core.train;

import java.util.function.DoubleSupplier;

/**
 * Measures a run by a named metric while it trains, keeps the best checkpoint and stops a run that no longer improves.
 *
 * @param metric name of the metric, for instance "reasoning accuracy, medium"
 * @param direction which way is better
 * @param everySteps steps between two measurements; the last step is measured, too
 * @param patience measurements in a row without a new best after which the run stops; 0 never stops it
 * @param measure the metric of the present weights. Called on the thread of the run, between steps; what it throws ends
 *     the run. NaN is never a new best.
 * @param best saves each new best
 */
public record Validation(
        String metric,
        Direction direction,
        long everySteps,
        int patience,
        DoubleSupplier measure,
        CheckpointAction best) {

    /** Which way a metric is better. */
    public enum Direction {
        /** Larger is better, as with accuracy. */
        MAXIMISE {
            @Override
            boolean isBetter(double value, double best) {
                return value > best;
            }
        },
        /** Smaller is better, as with a loss. */
        MINIMISE {
            @Override
            boolean isBetter(double value, double best) {
                return value < best;
            }
        };

        abstract boolean isBetter(double value, double best);
    }

    public Validation {
        if (metric.isBlank()) {
            throw new IllegalArgumentException("a validation needs the name of its metric");
        }
        if (everySteps < 1) {
            throw new IllegalArgumentException("everySteps is " + everySteps + ", must be positive");
        }
        if (patience < 0) {
            throw new IllegalArgumentException("patience is " + patience + ", must not be negative");
        }
    }

    /** Only measures, and keeps nothing. */
    public static Validation of(String metric, Direction direction, long everySteps, DoubleSupplier measure) {
        return new Validation(metric, direction, everySteps, 0, measure, CheckpointAction.NONE);
    }

    public Validation withPatience(int measurements) {
        return new Validation(metric, direction, everySteps, measurements, measure, best);
    }

    public Validation withBest(CheckpointAction action) {
        return new Validation(metric, direction, everySteps, patience, measure, action);
    }
}
