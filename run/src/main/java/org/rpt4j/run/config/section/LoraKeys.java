package org.rpt4j.run.config.section;

import java.util.List;
import java.util.Optional;
import org.rpt4j.model.format.LoraOptions;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Lists;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Texts;
import org.rpt4j.run.config.key.Values;

/**
 * The keys {@code lora.*}: a new low-rank adapter, which is trained instead of the weights.
 *
 * @since 0.1.0
 */
public final class LoraKeys {

    private static final Section.Builder KEYS =
            Section.of("lora", "A new low-rank adapter, which is trained instead of the weights");

    private static final String WITH_RANK = "lora.rank is set";

    public static final Key<Integer> RANK = KEYS.key(LoraOptions.RANK).orNothing("all weights are trained");

    public static final Key<Double> ALPHA =
            KEYS.key(LoraOptions.ALPHA).onlyWith(WITH_RANK, LoraKeys::isNew).asDeclared();

    public static final Key<Boolean> RANK_STABILISED = KEYS.key(LoraOptions.RANK_STABILISED)
            .onlyWith(WITH_RANK, LoraKeys::isNew)
            .asDeclared();

    public static final Key<List<String>> TARGETS = KEYS.key("targets", Lists.of(Texts.NAME))
            .says("The modules of a layer that get an adapter. Fewer than all learn less.")
            .onlyWith(WITH_RANK, LoraKeys::isNew)
            .or(LoraOptions.allTargets());

    static final Section SECTION = KEYS.build();

    private LoraKeys() {}

    private static boolean isNew(Values values) {
        return values.find(RANK).isPresent();
    }

    /** Returns whether a run trains an adapter, a new one or one that it reads. */
    public static boolean isAdapted(Values values) {
        return isNew(values) || values.find(ModelKeys.ADAPTER).isPresent();
    }

    /** Returns the form of the new adapter; empty if none is made. */
    public static Optional<LoraOptions> options(Values values) {
        return values.find(RANK)
                .map(rank -> LoraOptions.builder()
                        .rank(rank)
                        .alpha(values.get(ALPHA))
                        .rankStabilised(values.get(RANK_STABILISED))
                        .targets(values.get(TARGETS))
                        .build());
    }
}
