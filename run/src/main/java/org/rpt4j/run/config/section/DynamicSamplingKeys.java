package org.rpt4j.run.config.section;

import java.nio.file.Path;
import org.rpt4j.core.train.DynamicSampling;
import org.rpt4j.core.train.PassRates;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Texts;
import org.rpt4j.run.config.key.Values;

/**
 * The keys {@code dynamic-sampling.*}: whether to replace groups without a learning signal.
 *
 * @since 0.1.0
 */
public final class DynamicSamplingKeys {

    private static final String MOVING = "dynamic-sampling.curriculum is not NONE";
    private static final Section.Builder KEYS = Section.of(
                    "dynamic-sampling", "Replacing groups without a learning signal")
            .onlyWith(TrainingKeys.REINFORCED, TrainingKeys::isReinforced);

    public static final Key<Boolean> ENABLED = KEYS.key("enabled", Texts.FLAG)
            .says("Whether to replace groups whose rewards are all equal.")
            .after("Yu et al. 2025, arXiv 2503.14476; the paper does it")
            .or(true);

    public static final Key<Long> START_STEP = KEYS.key(DynamicSampling.START_STEP)
            .onlyWith("dynamic-sampling.enabled is true", values -> values.get(ENABLED))
            .asDeclared();

    public static final Key<Integer> BUDGET = KEYS.key(DynamicSampling.BUDGET)
            .onlyWith("dynamic-sampling.enabled is true", values -> values.get(ENABLED))
            .asDeclared();

    public static final Key<Integer> MAX_STALENESS = KEYS.key(DynamicSampling.MAX_STALENESS)
            .onlyWith("dynamic-sampling.enabled is true", values -> values.get(ENABLED))
            .asDeclared();

    public static final Key<Path> PASS_RATES = KEYS.key("pass-rates", Texts.PATH)
            .says("File of pass rates observed in earlier runs. Tasks that were always or never solved are"
                    + " sampled last.")
            .onlyWith("dynamic-sampling.enabled is true", values -> values.get(ENABLED))
            .orNothing("the pass rates of the tasks are unknown");

    public static final Key<DynamicSampling.Curriculum> CURRICULUM = KEYS.key(DynamicSampling.CURRICULUM)
            .onlyWith("dynamic-sampling.enabled is true", values -> values.get(ENABLED))
            .asDeclared();

    public static final Key<Double> FIRST_PASS_RATE = KEYS.key(DynamicSampling.FIRST_PASS_RATE)
            .onlyWith(MOVING, DynamicSamplingKeys::hasBand)
            .asDeclared();

    public static final Key<Double> LAST_PASS_RATE = KEYS.key(DynamicSampling.LAST_PASS_RATE)
            .onlyWith(MOVING, DynamicSamplingKeys::hasBand)
            .asDeclared();

    public static final Key<Double> BAND_WIDTH = KEYS.key(DynamicSampling.BAND_WIDTH)
            .onlyWith(MOVING, DynamicSamplingKeys::hasBand)
            .asDeclared();

    static final Section SECTION = KEYS.build();

    private DynamicSamplingKeys() {}

    private static boolean hasBand(Values values) {
        return values.get(CURRICULUM) != DynamicSampling.Curriculum.NONE;
    }

    /** Returns whether groups are replaced. */
    public static DynamicSampling sampling(Values values) {
        return values.get(ENABLED)
                ? DynamicSampling.builder()
                        .startStep(values.get(START_STEP))
                        .budget(values.get(BUDGET))
                        .maxStaleness(values.get(MAX_STALENESS))
                        .curriculum(values.get(CURRICULUM))
                        .firstPassRate(values.get(FIRST_PASS_RATE))
                        .lastPassRate(values.get(LAST_PASS_RATE))
                        .bandWidth(values.get(BAND_WIDTH))
                        .build()
                : DynamicSampling.OFF;
    }

    /** Returns the known pass rates of the tasks. */
    public static PassRates passRates(Values values) {
        return values.find(PASS_RATES).map(PassRates::load).orElse(PassRates.NONE);
    }
}
