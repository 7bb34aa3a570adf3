package org.rpt4j.core.train;

import java.util.List;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.setting.Assigned;
import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;

/**
 * Measures a named metric during training, keeps the best checkpoint and stops a run that no longer improves.
 * Immutable.
 *
 * @since 0.1.0
 */
public final class Validation {

    public static final Setting<String> METRIC = Setting.<String>of("metric", String.class)
            .mustBe("a name", name -> !name.isBlank())
            .says("Name of the metric.")
            .orNone();

    public static final Setting<Direction> DIRECTION = Setting.<Direction>of("direction", Direction.class)
            .says("Which way is better.")
            .orNone();

    public static final Setting<Long> EVERY_STEPS = Setting.wholeLong("every-steps", Range.atLeast(1))
            .says("Steps between two measurements; the last step is measured, too.")
            .in("steps")
            .orNone();

    public static final Setting<Integer> PATIENCE = Setting.whole("patience", Range.atLeast(0))
            .says("Evaluations in a row without a new best after which training stops; 0 never stops it.")
            .in("evaluations")
            .or(0);

    public static final Setting<DoubleSupplier> MEASURE = Setting.<DoubleSupplier>of("measure", DoubleSupplier.class)
            .says("The metric of the present weights.")
            .orNone();

    public static final Setting<Checkpoints.Action> BEST = Setting.<Checkpoints.Action>of(
                    "best", Checkpoints.Action.class)
            .says("Saves each new best.")
            .or(Checkpoints.Action.NONE);

    private final String metric;
    private final Direction direction;
    private final long everySteps;
    private final int patience;
    private final DoubleSupplier measure;
    private final Checkpoints.Action best;

    private Validation(Builder builder) {
        this.metric = builder.metric;
        this.direction = builder.direction;
        this.everySteps = builder.everySteps;
        this.patience = builder.patience;
        this.measure = builder.measure;
        this.best = builder.best;
    }

    /**
     * Returns a builder that starts from the defaults.
     *
     * @param metric see {@link Validation#metric}
     * @param direction see {@link Validation#direction}
     * @param everySteps see {@link Validation#everySteps}
     * @param measure see {@link Validation#measure}
     */
    public static Builder builder(String metric, Direction direction, long everySteps, DoubleSupplier measure) {
        return new Builder(metric, direction, everySteps, measure);
    }

    /** Only measures; saves no checkpoint and never stops the run. */
    public static Validation of(String metric, Direction direction, long everySteps, DoubleSupplier measure) {
        return builder(metric, direction, everySteps, measure).build();
    }

    /** Returns a builder that starts from these values. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Name of the metric, for instance "reasoning accuracy, medium". */
    public String metric() {
        return metric;
    }

    /** Which way is better. */
    public Direction direction() {
        return direction;
    }

    /** Steps between two measurements; the last step is measured, too. */
    public long everySteps() {
        return everySteps;
    }

    /** Consecutive measurements without a new best after which the run stops; 0 never stops it. */
    public int patience() {
        return patience;
    }

    /**
     * The metric of the current weights. Called on the run's thread, between steps; an exception from it ends the run.
     * NaN is never a new best.
     */
    public DoubleSupplier measure() {
        return measure;
    }

    /** Saves each new best. */
    public Checkpoints.Action best() {
        return best;
    }

    /** The direction in which a metric improves. */
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

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Validation that && values().equals(that.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    @Override
    public String toString() {
        return "Validation" + values();
    }

    private List<Assigned> values() {
        return List.of(
                METRIC.is(metric),
                DIRECTION.is(direction),
                EVERY_STEPS.is(everySteps),
                PATIENCE.is(patience),
                MEASURE.is(measure),
                BEST.is(best));
    }

    /** Each setter rejects a value outside its range. Not thread-safe. */
    public static final class Builder {

        private String metric;
        private Direction direction;
        private long everySteps;
        private int patience = PATIENCE.byDefault();
        private DoubleSupplier measure;
        private Checkpoints.Action best = BEST.byDefault();

        private Builder(String metric, Direction direction, long everySteps, DoubleSupplier measure) {
            this.metric = METRIC.check(metric);
            this.direction = DIRECTION.check(direction);
            this.everySteps = EVERY_STEPS.check(everySteps);
            this.measure = MEASURE.check(measure);
        }

        private Builder(Validation values) {
            this.metric = values.metric;
            this.direction = values.direction;
            this.everySteps = values.everySteps;
            this.patience = values.patience;
            this.measure = values.measure;
            this.best = values.best;
        }

        public Builder metric(String metric) {
            this.metric = METRIC.check(metric);
            return this;
        }

        public Builder direction(Direction direction) {
            this.direction = DIRECTION.check(direction);
            return this;
        }

        public Builder everySteps(long everySteps) {
            this.everySteps = EVERY_STEPS.check(everySteps);
            return this;
        }

        public Builder patience(int patience) {
            this.patience = PATIENCE.check(patience);
            return this;
        }

        public Builder measure(DoubleSupplier measure) {
            this.measure = MEASURE.check(measure);
            return this;
        }

        public Builder best(Checkpoints.Action best) {
            this.best = BEST.check(best);
            return this;
        }

        /** Builds the value. */
        public Validation build() {
            return new Validation(this);
        }
    }
}
