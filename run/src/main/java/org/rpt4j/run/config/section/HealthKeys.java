package org.rpt4j.run.config.section;

import org.rpt4j.api.setting.Setting;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Texts;
import org.rpt4j.run.config.key.Values;
import org.rpt4j.run.health.HealthSettings;

/**
 * The keys {@code health.*}: when a run warns.
 *
 * @since 0.1.0
 */
public final class HealthKeys {

    private static final String ON = "health.enabled is true";
    private static final String REINFORCED = ON + " and " + TrainingKeys.REINFORCED;
    private static final Section.Builder KEYS = Section.of("health", "Health checks: when a run warns");

    public static final Key<Boolean> ENABLED = KEYS.key("enabled", Texts.FLAG)
            .says("Whether health checks write warnings to the log, to events.jsonl and to the report. A"
                    + " warning never ends a run.")
            .or(true);

    public static final Key<Integer> WINDOW_STEPS = KEYS.key(HealthSettings.WINDOW_STEPS)
            .onlyWith(ON, values -> values.get(ENABLED))
            .asDeclared();

    public static final Key<Double> ENTROPY_SHARE = ofRollouts(HealthSettings.ENTROPY_SHARE);

    public static final Key<Double> LENGTH_SHARE = ofRollouts(HealthSettings.LENGTH_SHARE);

    public static final Key<Double> SHRINKAGE_SHARE = ofRollouts(HealthSettings.SHRINKAGE_SHARE);

    public static final Key<Double> BOX_RATE_SHARE = ofRollouts(HealthSettings.BOX_RATE_SHARE);

    public static final Key<Double> LIVE_SHARE = ofRollouts(HealthSettings.LIVE_SHARE);

    public static final Key<Double> GAP_SHARE = ofRollouts(HealthSettings.GAP_SHARE);

    public static final Key<Double> GRADIENT_FACTOR = KEYS.key(HealthSettings.GRADIENT_FACTOR)
            .onlyWith(ON, values -> values.get(ENABLED))
            .asDeclared();

    static final Section SECTION = KEYS.build();

    private HealthKeys() {}

    private static Key<Double> ofRollouts(Setting<Double> share) {
        return KEYS.key(share)
                .onlyWith(REINFORCED, values -> values.get(ENABLED) && TrainingKeys.isReinforced(values))
                .asDeclared();
    }

    /** Returns the thresholds of the health checks. */
    public static HealthSettings settings(Values values) {
        return values.get(ENABLED)
                ? HealthSettings.builder()
                        .windowSteps(values.get(WINDOW_STEPS))
                        .entropyShare(values.get(ENTROPY_SHARE))
                        .lengthShare(values.get(LENGTH_SHARE))
                        .shrinkageShare(values.get(SHRINKAGE_SHARE))
                        .boxRateShare(values.get(BOX_RATE_SHARE))
                        .liveShare(values.get(LIVE_SHARE))
                        .gapShare(values.get(GAP_SHARE))
                        .gradientFactor(values.get(GRADIENT_FACTOR))
                        .build()
                : HealthSettings.OFF;
    }
}
