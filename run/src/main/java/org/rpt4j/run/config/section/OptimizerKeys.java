package org.rpt4j.run.config.section;

import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.setting.Range;
import org.rpt4j.core.train.LearningRateSchedule;
import org.rpt4j.core.train.LearningRateSchedule.Shape;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Values;

/**
 * The keys {@code optimizer.*}: from a gradient to an update.
 *
 * @since 0.1.0
 */
public final class OptimizerKeys {

    private static final Section.Builder KEYS = Section.of("optimizer", "From a gradient to an update");

    public static final Key<String> NAME = KEYS.key(OptimizerOptions.NAME).asDeclared();

    public static final Key<Double> LEARNING_RATE = KEYS.key(OptimizerOptions.LEARNING_RATE)
            .within(Range.above(0))
            .partOf(LearningRateSchedule.PEAK)
            .asDeclared();

    public static final Key<Shape> SCHEDULE =
            KEYS.key("schedule", LearningRateSchedule.SHAPE).asDeclared();

    public static final Key<Double> FINAL_SHARE = KEYS.key(LearningRateSchedule.FINAL_SHARE)
            .onlyWith("optimizer.schedule is not CONSTANT", values -> values.get(SCHEDULE) != Shape.CONSTANT)
            .orFrom(SCHEDULE, "0 for LINEAR, 0.1 for COSINE", OptimizerKeys::usualFinalShare);

    public static final Key<Long> WARMUP_STEPS =
            KEYS.key(LearningRateSchedule.WARMUP_STEPS).asDeclared();

    public static final Key<Double> BETA1 = KEYS.key(OptimizerOptions.BETA1).asDeclared();

    public static final Key<Double> BETA2 = KEYS.key(OptimizerOptions.BETA2).asDeclared();

    public static final Key<Double> EPSILON = KEYS.key(OptimizerOptions.EPSILON).asDeclared();

    public static final Key<Double> WEIGHT_DECAY =
            KEYS.key(OptimizerOptions.WEIGHT_DECAY).asDeclared();

    public static final Key<Double> MAX_GRADIENT_NORM =
            KEYS.key(OptimizerOptions.MAX_GRADIENT_NORM).asDeclared();

    static final Section SECTION = KEYS.build();

    private OptimizerKeys() {}

    /** Returns the settings of the optimizer, without a warm-up: that belongs to the schedule. */
    public static OptimizerOptions options(Values values) {
        return OptimizerOptions.builder()
                .name(values.get(NAME))
                .learningRate(values.get(LEARNING_RATE))
                .beta1(values.get(BETA1))
                .beta2(values.get(BETA2))
                .epsilon(values.get(EPSILON))
                .weightDecay(values.get(WEIGHT_DECAY))
                .maxGradientNorm(values.get(MAX_GRADIENT_NORM))
                .build();
    }

    /** Returns the learning rate schedule of the run. */
    public static LearningRateSchedule schedule(Values values) {
        return new LearningRateSchedule(
                values.get(SCHEDULE), values.get(LEARNING_RATE), values.get(FINAL_SHARE), values.get(WARMUP_STEPS));
    }

    private static double usualFinalShare(Values values) {
        return switch (values.get(SCHEDULE)) {
            case CONSTANT -> LearningRateSchedule.constant(1).finalShare();
            case LINEAR -> LearningRateSchedule.linear(1, 0).finalShare();
            case COSINE -> LearningRateSchedule.cosine(1, 0).finalShare();
        };
    }
}
