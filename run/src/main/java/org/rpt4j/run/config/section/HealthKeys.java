package org.rpt4j.run.config.section;

import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Numbers;
import org.rpt4j.run.config.key.Range;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Texts;
import org.rpt4j.run.config.key.Values;
import org.rpt4j.run.health.HealthSettings;

/** The keys {@code health.*}: when a run warns. */
public final class HealthKeys {

    private static final HealthSettings DEFAULTS = HealthSettings.DEFAULTS;
    private static final Range SHARE = Range.atLeast(0).below(1);
    private static final String ON = "health.enabled is true";
    private static final String REINFORCED = ON + " and " + TrainingKeys.REINFORCED;
    private static final Section.Builder KEYS = Section.of("health", "When a run warns");

    public static final Key<Boolean> ENABLED = KEYS.key("enabled", Texts.FLAG)
            .says("Whether a run warns in the log, in events.jsonl and in its report. A warning never ends a run.")
            .or(true);

    public static final Key<Integer> WINDOW_STEPS = KEYS.key("window-steps", Numbers.whole(1))
            .says("Steps over which medians and means are taken, of which the beginning of the run consists, and for"
                    + " which nothing must be wrong before a warning is cleared.")
            .in("steps")
            .onlyWith(ON, values -> values.get(ENABLED))
            .or(DEFAULTS.windowSteps());

    public static final Key<Double> ENTROPY_SHARE = share(
            "entropy-share",
            "Warns of entropy below this share of that of the beginning; 0 for no such check. Runs of the small model"
                    + " fell to 0.45.",
            DEFAULTS.entropyShare());

    public static final Key<Double> LENGTH_SHARE = share(
            "length-share",
            "Warns of completions shorter than this share of those of the beginning; 0 for no such check.",
            DEFAULTS.lengthShare());

    public static final Key<Double> BOX_RATE_SHARE = share(
            "box-rate-share",
            "Warns if fewer completions hold a prediction than this share of the best rate that the run had; 0 for no"
                    + " such check.",
            DEFAULTS.boxRateShare());

    public static final Key<Double> LIVE_SHARE = share(
            "live-share",
            "Warns if fewer groups than this share have different rewards, which alone teach; 0 for no such check.",
            DEFAULTS.liveShare());

    public static final Key<Double> GAP_SHARE = share(
            "gap-share",
            "Warns of a gap between sampler and trainer above this share of training.log-prob-gap-limit; 0 for no such"
                    + " check.",
            DEFAULTS.gapShare());

    public static final Key<Double> GRADIENT_FACTOR = KEYS.key("gradient-factor", Numbers.real(Range.atLeast(0)))
            .says("Warns of a gradient norm above this multiple of the median before it; 0 for no such check. Runs"
                    + " of the small model stayed below 3.2.")
            .onlyWith(ON, values -> values.get(ENABLED))
            .or(DEFAULTS.gradientFactor());

    static final Section SECTION = KEYS.build();

    private HealthKeys() {}

    private static Key<Double> share(String name, String says, double value) {
        return KEYS.key(name, Numbers.real(SHARE))
                .says(says)
                .onlyWith(REINFORCED, values -> values.get(ENABLED) && TrainingKeys.isReinforced(values))
                .or(value);
    }

    /** When health checks warn. */
    public static HealthSettings settings(Values values) {
        return values.get(ENABLED)
                ? new HealthSettings(
                        values.get(WINDOW_STEPS),
                        values.get(ENTROPY_SHARE),
                        values.get(LENGTH_SHARE),
                        values.get(BOX_RATE_SHARE),
                        values.get(LIVE_SHARE),
                        values.get(GAP_SHARE),
                        values.get(GRADIENT_FACTOR))
                : HealthSettings.OFF;
    }
}
