package org.rpt4j.run.config.section;

import java.util.function.Function;
import org.rpt4j.core.objective.Advantage;
import org.rpt4j.core.objective.Aggregation;
import org.rpt4j.core.objective.Baseline;
import org.rpt4j.core.objective.BatchNormalisation;
import org.rpt4j.core.objective.CorpusTerm;
import org.rpt4j.core.objective.ImportanceRatio;
import org.rpt4j.core.objective.KlEstimate;
import org.rpt4j.core.objective.Objective;
import org.rpt4j.core.objective.PolicyLoss;
import org.rpt4j.core.objective.Preset;
import org.rpt4j.core.train.RptSettings;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Texts;
import org.rpt4j.run.config.key.Values;

/**
 * The keys {@code objective.*}: the training objective. A preset determines all of it; a name selects another published
 * objective; every further key changes one part.
 *
 * @since 0.1.0
 */
public final class ObjectiveKeys {

    private static final String PENALISED = "objective.kl-weight is above 0";
    private static final String SINGLE = "objective.best-of is 0";
    private static final Section.Builder KEYS = Section.of("objective", "The training objective")
            .onlyWith(TrainingKeys.REINFORCED, TrainingKeys::isReinforced);

    public static final Key<Preset> PRESET = KEYS.key("preset", Texts.oneOf(Preset.all(), Preset::name))
            .says("Objective and handling of truncated completions as published in a paper or implemented in a"
                    + " trainer.")
            .after(
                    "Dong et al. 2025, arXiv 2506.08007; TRL; verl; arXiv 2503.20783, 2602.02710, 2508.10751, 2506.02208,"
                            + " 2306.13649, 2505.24864")
            .or(Preset.PAPER);

    public static final Key<Objective> NAME = KEYS.key("name", Texts.oneOf(Objective.all(), Objective::name))
            .partOf(RptSettings.OBJECTIVE)
            .says("A published objective that replaces the one of the preset.")
            .after(
                    "arXiv 2402.03300, 2503.20783, 2402.14740, 2503.14476, 2501.03262, 2505.23585, 2507.18071, 2508.08221,"
                            + " 2602.02710")
            .orFrom(PRESET, "", values -> values.get(PRESET).objective());

    public static final Key<Baseline> BASELINE = KEYS.key(Advantage.BASELINE)
            .partOf(Objective.ADVANTAGE)
            .onlyWith(SINGLE, values -> values.get(ObjectiveKeys.BEST_OF) == 0)
            .orFrom(
                    NAME,
                    "",
                    part(objective -> AdvantageParts.of(objective.advantage()).baseline()));

    public static final Key<Deviation> DEVIATION = KEYS.key("deviation", Texts.oneOf(Deviation.class))
            .partOf(Advantage.DEVIATION)
            .partOf(Objective.ADVANTAGE)
            .onlyWith(SINGLE, values -> values.get(ObjectiveKeys.BEST_OF) == 0)
            .says(Advantage.DEVIATION.description())
            .after(Advantage.DEVIATION.citation())
            .orFrom(
                    NAME,
                    "",
                    part(objective -> AdvantageParts.of(objective.advantage()).deviation()));

    public static final Key<Integer> BEST_OF = KEYS.key(Advantage.BEST_OF)
            .partOf(Objective.ADVANTAGE)
            .orFrom(
                    NAME,
                    "",
                    part(objective -> AdvantageParts.of(objective.advantage()).passAt()));

    public static final Key<BatchNormalisation> NORMALISATION =
            KEYS.key(Objective.NORMALISATION).orFrom(NAME, "", part(Objective::normalisation));

    public static final Key<Aggregation> AGGREGATION =
            KEYS.key(Objective.AGGREGATION).orFrom(NAME, "", part(Objective::aggregation));

    public static final Key<Boolean> MIXED_GROUPS_ONLY =
            KEYS.key(Objective.MIXED_GROUPS_ONLY).orFrom(NAME, "", part(Objective::mixedGroupsOnly));

    public static final Key<ImportanceRatio> RATIO =
            KEYS.key(PolicyLoss.RATIO).orFrom(NAME, "", loss(PolicyLoss::ratio));

    public static final Key<Double> CLIP_LOW =
            KEYS.key(PolicyLoss.CLIP_LOW).orFrom(NAME, "", loss(PolicyLoss::clipLow));

    public static final Key<Double> CLIP_HIGH =
            KEYS.key(PolicyLoss.CLIP_HIGH).orFrom(NAME, "", loss(PolicyLoss::clipHigh));

    public static final Key<Double> DUAL_CLIP =
            KEYS.key(PolicyLoss.DUAL_CLIP).orFrom(NAME, "", loss(PolicyLoss::dualClip));

    public static final Key<Double> IMPORTANCE_CAP =
            KEYS.key(PolicyLoss.IMPORTANCE_CAP).orFrom(NAME, "", loss(PolicyLoss::importanceCap));

    public static final Key<Double> PROBABILITY_WEIGHT =
            KEYS.key(PolicyLoss.PROBABILITY_WEIGHT).orFrom(NAME, "", loss(PolicyLoss::probabilityWeight));

    public static final Key<Double> ISOLATION_THRESHOLD =
            KEYS.key(PolicyLoss.ISOLATION_THRESHOLD).orFrom(NAME, "", loss(PolicyLoss::isolationThreshold));

    public static final Key<Double> ENTROPY_WEIGHT =
            KEYS.key(PolicyLoss.ENTROPY_WEIGHT).orFrom(NAME, "", loss(PolicyLoss::entropyWeight));

    public static final Key<Double> ENTROPY_TARGET = KEYS.key(PolicyLoss.ENTROPY_TARGET)
            .onlyWith("objective.entropy-weight is above 0", values -> values.get(ENTROPY_WEIGHT) > 0)
            .orFrom(NAME, "", loss(PolicyLoss::entropyTarget));

    public static final Key<Double> KL_WEIGHT =
            KEYS.key(PolicyLoss.KL_WEIGHT).orFrom(NAME, "", loss(PolicyLoss::klWeight));

    public static final Key<KlEstimate> KL_ESTIMATE = KEYS.key(PolicyLoss.KL_ESTIMATE)
            .onlyWith(PENALISED, values -> values.get(KL_WEIGHT) > 0)
            .orFrom(NAME, "", loss(PolicyLoss::klEstimate));

    public static final Key<Double> KL_FINAL_SHARE = KEYS.key(PolicyLoss.KL_FINAL_SHARE)
            .onlyWith(PENALISED, values -> values.get(KL_WEIGHT) > 0)
            .orFrom(NAME, "", loss(PolicyLoss::klFinalShare));

    public static final Key<Boolean> KL_MISSES_ONLY = KEYS.key(PolicyLoss.KL_MISSES_ONLY)
            .onlyWith(PENALISED, values -> values.get(KL_WEIGHT) > 0)
            .orFrom(NAME, "", loss(PolicyLoss::klMissesOnly));

    public static final Key<Long> KL_RESET_STEPS = KEYS.key(PolicyLoss.KL_RESET_STEPS)
            .onlyWith(PENALISED, values -> values.get(KL_WEIGHT) > 0)
            .orFrom(NAME, "", loss(PolicyLoss::klResetSteps));

    public static final Key<Double> KEY_TOKEN_WEIGHT =
            KEYS.key(Objective.KEY_TOKEN_WEIGHT).orFrom(NAME, "", part(Objective::keyTokenWeight));

    public static final Key<Double> REWARD_WEIGHT =
            KEYS.key(Objective.REWARD_WEIGHT).orFrom(NAME, "", part(Objective::rewardWeight));

    public static final Key<Double> CORPUS_WEIGHT = KEYS.key(CorpusTerm.WEIGHT)
            .partOf(Objective.CORPUS)
            .orFrom(NAME, "", part(objective -> objective.corpus().weight()));

    public static final Key<Integer> CORPUS_TOKENS = KEYS.key(CorpusTerm.TOKENS)
            .partOf(Objective.CORPUS)
            .onlyWith("objective.corpus-weight is above 0", values -> values.get(CORPUS_WEIGHT) > 0)
            .orFrom(NAME, "", part(objective -> objective.corpus().tokens()));

    static final Section SECTION = KEYS.build();

    private ObjectiveKeys() {}

    /**
     * Returns the objective.
     *
     * @throws IllegalArgumentException if its parts conflict; the message says why
     */
    public static Objective objective(Values values) {
        Objective published = values.get(NAME);
        return Objective.builder(published.name(), published.citation())
                .advantage(advantage(values).advantage())
                .normalisation(values.get(NORMALISATION))
                .loss(PolicyLoss.builder()
                        .ratio(values.get(RATIO))
                        .clipLow(values.get(CLIP_LOW))
                        .clipHigh(values.get(CLIP_HIGH))
                        .dualClip(values.get(DUAL_CLIP))
                        .importanceCap(values.get(IMPORTANCE_CAP))
                        .probabilityWeight(values.get(PROBABILITY_WEIGHT))
                        .isolationThreshold(values.get(ISOLATION_THRESHOLD))
                        .entropyWeight(values.get(ENTROPY_WEIGHT))
                        .entropyTarget(values.get(ENTROPY_TARGET))
                        .klWeight(values.get(KL_WEIGHT))
                        .klEstimate(values.get(KL_ESTIMATE))
                        .klFinalShare(values.get(KL_FINAL_SHARE))
                        .klMissesOnly(values.get(KL_MISSES_ONLY))
                        .klResetSteps(values.get(KL_RESET_STEPS))
                        .build())
                .aggregation(values.get(AGGREGATION))
                .mixedGroupsOnly(values.get(MIXED_GROUPS_ONLY))
                .keyTokenWeight(values.get(KEY_TOKEN_WEIGHT))
                .rewardWeight(values.get(REWARD_WEIGHT))
                .corpus(new CorpusTerm(values.get(CORPUS_WEIGHT), values.get(CORPUS_TOKENS)))
                .build();
    }

    /** Returns whether the reference of the penalty becomes the present policy every so many steps. */
    public static boolean renewReference(Values values) {
        return TrainingKeys.isReinforced(values) && values.get(KL_WEIGHT) > 0 && values.get(KL_RESET_STEPS) > 0;
    }

    /** Returns whether a key determines the objective or a part of it. */
    public static boolean hold(Key<?> key) {
        return SECTION.keys().contains(key);
    }

    private static AdvantageParts advantage(Values values) {
        return new AdvantageParts(values.get(BASELINE), values.get(DEVIATION), values.get(BEST_OF));
    }

    private static <T> Function<Values, T> part(Function<Objective, T> part) {
        return values -> part.apply(values.get(NAME));
    }

    private static <T> Function<Values, T> loss(Function<PolicyLoss, T> part) {
        return values -> part.apply(values.get(NAME).loss());
    }
}
