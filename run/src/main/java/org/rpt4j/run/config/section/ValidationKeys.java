package org.rpt4j.run.config.section;

import java.util.Locale;
import org.rpt4j.core.eval.Difficulty;
import org.rpt4j.core.eval.EvaluationReport;
import org.rpt4j.core.eval.SplitReport;
import org.rpt4j.core.train.Validation;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Texts;
import org.rpt4j.run.config.key.Values;

/**
 * The keys {@code validation.*}: how evaluations during training select a checkpoint.
 *
 * @since 0.1.0
 */
public final class ValidationKeys {

    /** Metrics for which larger is better. */
    public enum Metric {
        /** Next-token accuracy with a thought. */
        REASONING_ACCURACY,
        /** Next-token accuracy without a thought. */
        STANDARD_ACCURACY
    }

    /** The tasks it is measured on. */
    public enum Split {
        /** All tasks of the evaluation. */
        ALL,
        /** Tasks above 0.5 nats. */
        EASY,
        /** Tasks above 1.0 nats. */
        MEDIUM,
        /** Tasks above 1.5 nats. */
        HARD
    }

    private static final Section.Builder KEYS =
            Section.of("validation", "How evaluations during training select a checkpoint");
    private static final String NEEDED = "evaluation.every-steps is above 0";

    public static final Key<Metric> METRIC = KEYS.key("metric", Texts.oneOf(Metric.class))
            .says("The metric that ranks checkpoints.")
            .onlyWith(NEEDED, ValidationKeys::evaluates)
            .or(Metric.REASONING_ACCURACY);

    public static final Key<Split> SPLIT = KEYS.key("split", Texts.oneOf(Split.class))
            .says("The tasks it is measured on, by proxy entropy.")
            .after("splits of the paper: above 0.5, 1.0 and 1.5 nats")
            .onlyWith(NEEDED, ValidationKeys::evaluates)
            .or(Split.ALL);

    public static final Key<Integer> PATIENCE = KEYS.key(Validation.PATIENCE)
            .onlyWith(NEEDED, ValidationKeys::evaluates)
            .asDeclared();

    public static final Key<Boolean> KEEP_BEST = KEYS.key("keep-best", Texts.FLAG)
            .says("Whether to keep each new best checkpoint of the run. Only the latest best is kept.")
            .onlyWith(NEEDED, ValidationKeys::evaluates)
            .or(false);

    static final Section SECTION = KEYS.build();

    private ValidationKeys() {}

    /** Returns whether there are evaluations during training. */
    public static boolean evaluates(Values values) {
        return values.get(EvaluationKeys.EVERY_STEPS) > 0;
    }

    /** Returns the name of the metric, such as {@code reasoning accuracy, medium}. */
    public static String metricName(Values values) {
        return (values.get(METRIC).name().replace('_', ' ') + ", " + values.get(SPLIT)).toLowerCase(Locale.ROOT);
    }

    /** Returns the metric of an evaluation; NaN if the split has no tasks. */
    public static double measure(Values values, EvaluationReport report) {
        SplitReport split = values.get(SPLIT) == Split.ALL
                ? report.all()
                : report.split(Difficulty.valueOf(values.get(SPLIT).name()));
        return (values.get(METRIC) == Metric.REASONING_ACCURACY ? split.reasoning() : split.standard()).rate();
    }
}
