package org.rpt4j.run.config.section;

import java.util.function.Function;
import org.rpt4j.core.objective.Aggregation;
import org.rpt4j.core.objective.Baseline;
import org.rpt4j.core.objective.BatchNormalisation;
import org.rpt4j.core.objective.ImportanceRatio;
import org.rpt4j.core.objective.KlEstimate;
import org.rpt4j.core.objective.Objective;
import org.rpt4j.core.objective.PolicyLoss;
import org.rpt4j.core.objective.Preset;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Numbers;
import org.rpt4j.run.config.key.Range;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Texts;
import org.rpt4j.run.config.key.ValueType;
import org.rpt4j.run.config.key.Values;

/**
 * The keys {@code objective.*}: what is optimised. A preset decides everything; a name takes another published
 * objective in its place; every further key changes one part of it.
 */
public final class ObjectiveKeys {

    private static final ValueType<Double> UNBOUNDED =
            Numbers.real(Range.above(0).upTo(Double.POSITIVE_INFINITY));
    private static final Section.Builder KEYS =
            Section.of("objective", "What is optimised").onlyWith(TrainingKeys.REINFORCED, TrainingKeys::isReinforced);

    public static final Key<Preset> PRESET = KEYS.key("preset", Texts.oneOf(Preset.all(), Preset::name))
            .says("Objective and handling of truncated completions as a paper or a trainer has them.")
            .after("Dong et al. 2025, arXiv 2506.08007; TRL; verl; Liu et al. 2025, arXiv 2503.20783")
            .or(Preset.PAPER);

    public static final Key<Objective> NAME = KEYS.key("name", Texts.oneOf(Objective.all(), Objective::name))
            .says("A published objective, in place of that of the preset.")
            .after("arXiv 2402.03300, 2503.20783, 2402.14740, 2503.14476, 2501.03262, 2505.23585, 2507.18071")
            .orFrom("objective.preset", values -> values.get(PRESET).objective());

    public static final Key<Baseline> BASELINE = KEYS.key("baseline", Texts.oneOf(Baseline.class))
            .says("What the reward of a rollout is compared with.")
            .orFrom(
                    "objective.name",
                    part(objective -> AdvantageParts.of(objective.advantage()).baseline()));

    public static final Key<Deviation> DEVIATION = KEYS.key("deviation", Texts.oneOf(Deviation.class))
            .says("What divides the difference to the baseline: degrees of freedom and epsilon of the deviation.")
            .after("TRL has SAMPLE_1E4, verl SAMPLE_1E6, the GRPO paper POPULATION_1E8")
            .orFrom(
                    "objective.name",
                    part(objective -> AdvantageParts.of(objective.advantage()).deviation()));

    public static final Key<BatchNormalisation> NORMALISATION = KEYS.key(
                    "normalisation", Texts.oneOf(BatchNormalisation.class))
            .says("What is done to the advantages of a whole step.")
            .after("Hu et al. 2025, arXiv 2501.03262")
            .orFrom("objective.name", part(Objective::normalisation));

    public static final Key<Aggregation> AGGREGATION = KEYS.key("aggregation", Texts.oneOf(Aggregation.class))
            .says("How the losses of tokens become the loss of a step.")
            .after("arXiv 2402.03300; arXiv 2503.14476; arXiv 2503.20783")
            .orFrom("objective.name", part(Objective::aggregation));

    public static final Key<Boolean> MIXED_GROUPS_ONLY = KEYS.key("mixed-groups-only", Texts.FLAG)
            .says("Whether groups with equal rewards are left out of the step and of its denominators.")
            .after("Yu et al. 2025, arXiv 2503.14476")
            .orFrom("objective.name", part(Objective::mixedGroupsOnly));

    public static final Key<ImportanceRatio> RATIO = KEYS.key("ratio", Texts.oneOf(ImportanceRatio.class))
            .says("Whether the ratio to the old policy is that of a token or of a completion.")
            .after("Zheng et al. 2025, arXiv 2507.18071")
            .orFrom("objective.name", loss(PolicyLoss::ratio));

    public static final Key<Double> CLIP_LOW = KEYS.key("clip-low", UNBOUNDED)
            .says("How far the ratio may fall below 1 before a token has no gradient; infinity for no clip.")
            .after("Schulman et al. 2017, arXiv 1707.06347; the paper's \"gradient clip 0.2\" is read as this")
            .orFrom("objective.name", loss(PolicyLoss::clipLow));

    public static final Key<Double> CLIP_HIGH = KEYS.key("clip-high", UNBOUNDED)
            .says("How far the ratio may rise above 1; infinity for no clip.")
            .after("arXiv 1707.06347; clip-higher: Yu et al. 2025, arXiv 2503.14476")
            .orFrom("objective.name", loss(PolicyLoss::clipHigh));

    public static final Key<Double> DUAL_CLIP = KEYS.key(
                    "dual-clip", Numbers.real(Range.above(1).upTo(Double.POSITIVE_INFINITY)))
            .says("The most that the ratio counts for with a negative advantage; infinity for no second clip.")
            .after("Ye et al. 2020, arXiv 1912.09729: 3")
            .orFrom("objective.name", loss(PolicyLoss::dualClip));

    public static final Key<Double> IMPORTANCE_CAP = KEYS.key(
                    "importance-cap", Numbers.real(Range.atLeast(0).upTo(Double.POSITIVE_INFINITY)))
            .says("Cap of truncated importance sampling, for a sampler that differs from the trainer; 0 for no"
                    + " correction.")
            .after("Espeholt et al. 2018, arXiv 1802.01561; Ionides 2008")
            .orFrom("objective.name", loss(PolicyLoss::importanceCap));

    public static final Key<Double> KL_WEIGHT = KEYS.key("kl-weight", Numbers.real(Range.atLeast(0)))
            .says("Weight of the penalty for leaving the reference model; 0 for none.")
            .after("section 3.3: 0")
            .orFrom("objective.name", loss(PolicyLoss::klWeight));

    public static final Key<KlEstimate> KL_ESTIMATE = KEYS.key("kl-estimate", Texts.oneOf(KlEstimate.class))
            .says("How the divergence from the reference is estimated.")
            .after("Schulman 2020, Approximating KL Divergence")
            .onlyWith("objective.kl-weight is above 0", values -> values.get(KL_WEIGHT) > 0)
            .orFrom("objective.name", loss(PolicyLoss::klEstimate));

    static final Section SECTION = KEYS.build();

    private ObjectiveKeys() {}

    /**
     * What is optimised.
     *
     * @throws IllegalArgumentException if the parts do not go together; the message says why
     */
    public static Objective objective(Values values) {
        Objective published = values.get(NAME);
        return new Objective(
                published.name(),
                published.citation(),
                advantage(values).advantage(),
                values.get(NORMALISATION),
                new PolicyLoss(
                        values.get(RATIO),
                        values.get(CLIP_LOW),
                        values.get(CLIP_HIGH),
                        values.get(DUAL_CLIP),
                        values.get(IMPORTANCE_CAP),
                        values.get(KL_WEIGHT),
                        values.get(KL_ESTIMATE)),
                values.get(AGGREGATION),
                values.get(MIXED_GROUPS_ONLY));
    }

    static AdvantageParts advantage(Values values) {
        return new AdvantageParts(values.get(BASELINE), values.get(DEVIATION));
    }

    private static <T> Function<Values, T> part(Function<Objective, T> part) {
        return values -> part.apply(values.get(NAME));
    }

    private static <T> Function<Values, T> loss(Function<PolicyLoss, T> part) {
        return values -> part.apply(values.get(NAME).loss());
    }
}
