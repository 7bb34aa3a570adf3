package org.rpt4j.run.config.section;

import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.core.train.LearningRateSchedule;
import org.rpt4j.core.train.LearningRateSchedule.Shape;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Numbers;
import org.rpt4j.run.config.key.Range;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Texts;
import org.rpt4j.run.config.key.Values;

/** The keys {@code optimizer.*}: how a gradient becomes an update. */
public final class OptimizerKeys {

    private static final OptimizerOptions PAPER = OptimizerOptions.PAPER;
    private static final Section.Builder KEYS = Section.of("optimizer", "How a gradient becomes an update");

    public static final Key<String> NAME = KEYS.key("name", Texts.NAME)
            .says("An optimizer of the backend.")
            .after("section 3.3: Adam with decoupled weight decay, arXiv 1711.05101")
            .or(PAPER.name());

    public static final Key<Double> LEARNING_RATE = KEYS.key("learning-rate", Numbers.real(Range.above(0)))
            .says("Rate after the warm-up; small models want more than the default.")
            .after("section 3.3: 1e-6")
            .or(PAPER.learningRate());

    public static final Key<Shape> SCHEDULE = KEYS.key("schedule", Texts.oneOf(Shape.class))
            .says("How the rate falls after the warm-up.")
            .after("section 3.3: constant")
            .or(Shape.CONSTANT);

    public static final Key<Double> FINAL_SHARE = KEYS.key("final-share", Numbers.real(Range.between(0, 1)))
            .says("Rate after the last step as a share of the learning rate.")
            .onlyWith("optimizer.schedule is not CONSTANT", values -> values.get(SCHEDULE) != Shape.CONSTANT)
            .orFrom("optimizer.schedule: 0 for LINEAR, 0.1 for COSINE", OptimizerKeys::usualFinalShare);

    public static final Key<Long> WARMUP_STEPS = KEYS.key("warmup-steps", Numbers.wholeLong(0))
            .says("Steps over which the rate rises.")
            .in("steps")
            .after("unspecified by the paper")
            .or(0L);

    public static final Key<Double> BETA1 = KEYS.key(
                    "beta1", Numbers.real(Range.atLeast(0).below(1)))
            .says("Decay of the first moment.")
            .after("section 3.3: 0.9")
            .or(PAPER.beta1());

    public static final Key<Double> BETA2 = KEYS.key(
                    "beta2", Numbers.real(Range.atLeast(0).below(1)))
            .says("Decay of the second moment.")
            .after("section 3.3: 0.999")
            .or(PAPER.beta2());

    public static final Key<Double> EPSILON = KEYS.key("epsilon", Numbers.real(Range.above(0)))
            .says("Term of the denominator.")
            .or(PAPER.epsilon());

    public static final Key<Double> WEIGHT_DECAY = KEYS.key("weight-decay", Numbers.real(Range.atLeast(0)))
            .says("Decoupled decay, of matrices alone.")
            .after("section 3.3: 0.01")
            .or(PAPER.weightDecay());

    public static final Key<Double> MAX_GRADIENT_NORM = KEYS.key(
                    "max-gradient-norm", Numbers.real(Range.above(0).upTo(Double.POSITIVE_INFINITY)))
            .says("Global norm to which a gradient is clipped; infinity for no clip.")
            .or(PAPER.maxGradientNorm());

    static final Section SECTION = KEYS.build();

    private OptimizerKeys() {}

    /** Settings of the optimizer, whose own warm-up is none: the schedule has it. */
    public static OptimizerOptions options(Values values) {
        return new OptimizerOptions(
                values.get(NAME),
                values.get(LEARNING_RATE),
                values.get(BETA1),
                values.get(BETA2),
                values.get(EPSILON),
                values.get(WEIGHT_DECAY),
                values.get(MAX_GRADIENT_NORM),
                0);
    }

    /** The learning rate over the run. */
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
