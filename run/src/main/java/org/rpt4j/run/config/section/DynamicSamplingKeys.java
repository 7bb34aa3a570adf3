package org.rpt4j.run.config.section;

import java.nio.file.Path;
import org.rpt4j.core.train.DynamicSampling;
import org.rpt4j.core.train.PassRates;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Numbers;
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

    public static final Key<Long> START_STEP = KEYS.key("start-step", Numbers.wholeLong(0))
            .says("The first step that does it.")
            .in("steps")
            .after("section 3.3: 500")
            .onlyWith("dynamic-sampling.enabled is true", values -> values.get(ENABLED))
            .or(DynamicSampling.PAPER.startStep());

    public static final Key<Integer> BUDGET = KEYS.key("budget", Numbers.whole(1))
            .says("Most groups that a step may sample, as a multiple of training.prompts-per-step.")
            .after("unspecified by the paper")
            .onlyWith("dynamic-sampling.enabled is true", values -> values.get(ENABLED))
            .or(DynamicSampling.PAPER.budget());

    public static final Key<Integer> MAX_STALENESS = KEYS.key("max-staleness", Numbers.whole(0))
            .says("Most updates between the sampling of a surplus group and its use in a later step; 0 drops surplus"
                    + " groups and stays on-policy.")
            .in("updates")
            .onlyWith("dynamic-sampling.enabled is true", values -> values.get(ENABLED))
            .or(DynamicSampling.PAPER.maxStaleness());

    public static final Key<Path> PASS_RATES = KEYS.key("pass-rates", Texts.PATH)
            .says("File of pass rates that earlier runs observed: tasks that were always or never solved come later.")
            .onlyWith("dynamic-sampling.enabled is true", values -> values.get(ENABLED))
            .orNothing("nothing is known about the tasks");

    static final Section SECTION = KEYS.build();

    private DynamicSamplingKeys() {}

    /** Whether groups are replaced. */
    public static DynamicSampling sampling(Values values) {
        return values.get(ENABLED)
                ? new DynamicSampling(values.get(START_STEP), values.get(BUDGET), values.get(MAX_STALENESS))
                : DynamicSampling.OFF;
    }

    /** What is known about the tasks. */
    public static PassRates passRates(Values values) {
        return values.find(PASS_RATES).map(PassRates::load).orElse(PassRates.NONE);
    }
}
