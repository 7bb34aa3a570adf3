package org.rpt4j.core.objective;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A training objective: which advantage, which loss, how tokens are averaged, and where that was published. The loop
 * takes it as a value and has no branch for any of them.
 *
 * @param name the name to look it up by
 * @param citation where it comes from
 * @param advantage rewards of a group to advantages
 * @param normalisation advantages of a group to advantages of a step
 * @param loss loss of one token
 * @param aggregation tokens to the loss of a step
 * @param mixedGroupsOnly whether groups with equal rewards are left out of the step altogether. Without a
 *     normalisation over the step they have no gradient of the surrogate anyway; this decides whether they count in the
 *     denominators.
 */
public record Objective(
        String name,
        String citation,
        Advantage advantage,
        BatchNormalisation normalisation,
        PolicyLoss loss,
        Aggregation aggregation,
        boolean mixedGroupsOnly) {

    /** Group-relative policy optimisation, the objective of the RPT paper; without a KL term, as there. */
    public static final Objective GRPO = new Objective(
            "grpo",
            "Shao et al. 2024, DeepSeekMath, arXiv 2402.03300",
            Advantage.standardised(StandardDeviation.SAMPLE_1E6),
            BatchNormalisation.NONE,
            PolicyLoss.clipped(0.2, 0.2),
            Aggregation.SEQUENCE_MEAN_TOKEN_MEAN,
            false);

    /** GRPO without its length bias and without its bias towards groups of small deviation. */
    public static final Objective DR_GRPO = new Objective(
            "dr-grpo",
            "Liu et al. 2025, Understanding R1-Zero-Like Training, arXiv 2503.20783",
            Advantage.CENTRED,
            BatchNormalisation.NONE,
            PolicyLoss.clipped(0.2, 0.2),
            Aggregation.CONSTANT,
            false);

    /**
     * REINFORCE with a leave-one-out baseline. The sum over a completion's tokens is divided by the constant L_max,
     * which scales the published loss and changes nothing else.
     */
    public static final Objective RLOO = new Objective(
            "rloo",
            "Ahmadian et al. 2024, Back to Basics, arXiv 2402.14740",
            Advantage.LEAVE_ONE_OUT,
            BatchNormalisation.NONE,
            PolicyLoss.UNCLIPPED,
            Aggregation.CONSTANT,
            false);

    /** The loss of DAPO: a higher upper clip, a mean over tokens, mixed groups only. */
    public static final Objective DAPO = new Objective(
            "dapo",
            "Yu et al. 2025, DAPO, arXiv 2503.14476",
            Advantage.standardised(StandardDeviation.SAMPLE_1E6),
            BatchNormalisation.NONE,
            PolicyLoss.clipped(0.2, 0.28),
            Aggregation.TOKEN_MEAN,
            true);

    /** Rewards compared over the whole step and not within groups; a group of equal rewards teaches, too. */
    public static final Objective REINFORCE_PLUS_PLUS = new Objective(
            "reinforce++",
            "Hu et al. 2025, REINFORCE++, arXiv 2501.03262",
            Advantage.REWARD,
            BatchNormalisation.WHITENED,
            PolicyLoss.clipped(0.2, 0.2),
            Aggregation.TOKEN_MEAN,
            false);

    /** Centred within groups, then scaled by the deviation of the whole step instead of that of each group. */
    public static final Objective REINFORCE_PLUS_PLUS_BASELINE = new Objective(
            "reinforce++-baseline",
            "Hu et al. 2025, REINFORCE++, arXiv 2501.03262",
            Advantage.CENTRED,
            BatchNormalisation.WHITENED,
            PolicyLoss.clipped(0.2, 0.2),
            Aggregation.TOKEN_MEAN,
            false);

    /**
     * The optimal baseline for exactly on-policy training, without a clip. As with {@link #RLOO} the sum over tokens is
     * divided by a constant.
     */
    public static final Objective OPO = new Objective(
            "opo",
            "Hao et al. 2025, On-Policy RL with Optimal Reward Baseline, arXiv 2505.23585",
            Advantage.LENGTH_WEIGHTED,
            BatchNormalisation.NONE,
            PolicyLoss.UNCLIPPED,
            Aggregation.CONSTANT,
            false);

    /** GRPO with the ratio of a whole completion, clipped as a whole. */
    public static final Objective GSPO = new Objective(
            "gspo",
            "Zheng et al. 2025, Group Sequence Policy Optimization, arXiv 2507.18071",
            Advantage.standardised(StandardDeviation.SAMPLE_1E6),
            BatchNormalisation.NONE,
            PolicyLoss.clipped(3e-4, 4e-4).withRatio(ImportanceRatio.SEQUENCE),
            Aggregation.SEQUENCE_MEAN_TOKEN_MEAN,
            false);

    private static final List<Objective> ALL =
            List.of(GRPO, DR_GRPO, RLOO, DAPO, REINFORCE_PLUS_PLUS, REINFORCE_PLUS_PLUS_BASELINE, OPO, GSPO);

    public Objective {
        if (name.isBlank()) {
            throw new IllegalArgumentException("an objective needs a name");
        }
        if (loss.ratio() == ImportanceRatio.SEQUENCE && aggregation != Aggregation.SEQUENCE_MEAN_TOKEN_MEAN) {
            throw new IllegalArgumentException("the ratio is that of a completion and the aggregation is " + aggregation
                    + ": tokens of one completion have one loss, so it cannot be averaged over tokens. Use "
                    + Aggregation.SEQUENCE_MEAN_TOKEN_MEAN + ", or the ratio TOKEN.");
        }
        if (advantage.equals(Advantage.REWARD) && normalisation == BatchNormalisation.NONE) {
            throw new IllegalArgumentException("the advantage is the raw reward and nothing is taken off it: every"
                    + " sampled token would be made more likely. Use a baseline or BatchNormalisation.WHITENED.");
        }
    }

    /** Every objective that comes with the library. */
    public static List<Objective> all() {
        return ALL;
    }

    /**
     * The objective of a name.
     *
     * @throws IllegalArgumentException if there is none; the message lists the names
     */
    public static Objective named(String name) {
        return ALL.stream()
                .filter(o -> o.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No objective named \"" + name + "\". Available: "
                        + ALL.stream().map(Objective::name).collect(Collectors.joining(", "))
                        + ". Write a new Objective(...) for one of your own."));
    }

    /** Whether a group of equal rewards can have a gradient, because the whole step is compared or a penalty acts. */
    public boolean learnsFromEqualRewards() {
        return normalisation != BatchNormalisation.NONE || loss.klWeight() > 0;
    }

    /** The same objective with another advantage. */
    public Objective withAdvantage(Advantage newAdvantage) {
        return new Objective(name, citation, newAdvantage, normalisation, loss, aggregation, mixedGroupsOnly);
    }

    /** The same objective with another loss per token. */
    public Objective withLoss(PolicyLoss newLoss) {
        return new Objective(name, citation, advantage, normalisation, newLoss, aggregation, mixedGroupsOnly);
    }

    /** The same objective with another average over tokens. */
    public Objective withAggregation(Aggregation newAggregation) {
        return new Objective(name, citation, advantage, normalisation, loss, newAggregation, mixedGroupsOnly);
    }
}
