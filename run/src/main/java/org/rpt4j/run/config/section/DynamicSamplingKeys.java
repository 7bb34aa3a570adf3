package org.rpt4j.run.config.section;

import java.nio.file.Path;
import org.rpt4j.core.train.DynamicSampling;
import org.rpt4j.core.train.PassRates;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Texts;
import org.rpt4j.run.config.key.Values;

/** The keys {@code dynamic-sampling.*}: whether groups that teach nothing are replaced. */
public final class DynamicSamplingKeys {

    private static final Section.Builder KEYS = Section.of(
                    "dynamic-sampling", "Whether groups that teach nothing are replaced")
            .onlyWith(TrainingKeys.REINFORCED, TrainingKeys::isReinforced);

    public static final Key<Boolean> ENABLED = KEYS.key("enabled", Texts.FLAG)
            .says("Whether groups with equal rewards are replaced by further ones.")
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
            .says("File of pass rates that earlier runs observed. Tasks that were always or never solved come later.")
            .onlyWith("dynamic-sampling.enabled is true", values -> values.get(ENABLED))
            .orNothing("nothing is known about the tasks");

    static final Section SECTION = KEYS.build();

    private DynamicSamplingKeys() {}

    /** Whether groups are replaced. */
    public static DynamicSampling sampling(Values values) {
        return values.get(ENABLED)
                ? DynamicSampling.builder()
                        .startStep(values.get(START_STEP))
                        .budget(values.get(BUDGET))
                        .maxStaleness(values.get(MAX_STALENESS))
                        .build()
                : DynamicSampling.OFF;
    }

    /** What is known about the tasks. */
    public static PassRates passRates(Values values) {
        return values.find(PASS_RATES).map(PassRates::load).orElse(PassRates.NONE);
    }
}
