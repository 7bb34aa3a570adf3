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
 * @param loss loss of one token
 * @param aggregation tokens to the loss of a step
 * @param mixedGroupsOnly whether groups with equal rewards are left out of the denominators too. They never have a
 *     gradient of the surrogate; this decides whether they still count as part of the step.
 */
public record Objective(
        String name,
        String citation,
        Advantage advantage,
        PolicyLoss loss,
        Aggregation aggregation,
        boolean mixedGroupsOnly) {

    /** Group-relative policy optimisation, the objective of the RPT paper; without a KL term, as there. */
    public static final Objective GRPO = new Objective(
            "grpo",
            "Shao et al. 2024, DeepSeekMath, arXiv 2402.03300",
            Advantage.standardised(StandardDeviation.SAMPLE_1E6),
            PolicyLoss.clipped(0.2, 0.2),
            Aggregation.SEQUENCE_MEAN_TOKEN_MEAN,
            false);

    /** GRPO without its length bias and without its bias towards groups of small deviation. */
    public static final Objective DR_GRPO = new Objective(
            "dr-grpo",
            "Liu et al. 2025, Understanding R1-Zero-Like Training, arXiv 2503.20783",
            Advantage.CENTRED,
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
            PolicyLoss.UNCLIPPED,
            Aggregation.CONSTANT,
            false);

    /** The loss of DAPO: a higher upper clip, a mean over tokens, mixed groups only. */
    public static final Objective DAPO = new Objective(
            "dapo",
            "Yu et al. 2025, DAPO, arXiv 2503.14476",
            Advantage.standardised(StandardDeviation.SAMPLE_1E6),
            PolicyLoss.clipped(0.2, 0.28),
            Aggregation.TOKEN_MEAN,
            true);

    private static final List<Objective> ALL = List.of(GRPO, DR_GRPO, RLOO, DAPO);

    public Objective {
        if (name.isBlank()) {
            throw new IllegalArgumentException("an objective needs a name");
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
        return ALL.stream().filter(o -> o.name.equals(name)).findFirst().orElseThrow(() ->
                new IllegalArgumentException("No objective named \"" + name + "\". Available: "
                        + ALL.stream().map(Objective::name).collect(Collectors.joining(", "))
                        + ". Write a new Objective(...) for one of your own."));
    }

    /** The same objective with another advantage. */
    public Objective withAdvantage(Advantage newAdvantage) {
        return new Objective(name, citation, newAdvantage, loss, aggregation, mixedGroupsOnly);
    }

    /** The same objective with another loss per token. */
    public Objective withLoss(PolicyLoss newLoss) {
        return new Objective(name, citation, advantage, newLoss, aggregation, mixedGroupsOnly);
    }
}
