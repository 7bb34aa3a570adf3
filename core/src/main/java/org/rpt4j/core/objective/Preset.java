package org.rpt4j.core.objective;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A complete set of choices for the objective, as one paper or widely used trainer defines them: advantage, deviation,
 * aggregation, clip, KL weight and the handling of truncated completions.
 *
 * @param name the name to look it up by
 * @param source where the choices are published
 * @param objective objective to optimise
 * @param truncation handling of truncated completions
 * @since 0.1.0
 */
public record Preset(String name, String source, Objective objective, TruncationHandling truncation) {

    /**
     * The RPT paper: GRPO as published, ratio clip 0.2, no KL term. The paper does not state its deviation; this is the
     * default of the trainer that the paper used.
     */
    public static final Preset PAPER = new Preset(
            "paper",
            "Dong et al. 2025, Reinforcement Pre-Training, arXiv 2506.08007",
            Objective.GRPO,
            TruncationHandling.KEEP);

    /** The defaults of TRL's GRPO trainer: sample deviation with 1e-4, mean over tokens, clip 0.2, no KL term. */
    public static final Preset TRL = new Preset(
            "trl",
            "TRL, GRPOConfig: loss_type dapo, scale_rewards group, epsilon 0.2, beta 0",
            Objective.GRPO.toBuilder()
                    .advantage(Advantage.standardised(StandardDeviation.SAMPLE_1E4))
                    .aggregation(Aggregation.TOKEN_MEAN)
                    .build(),
            TruncationHandling.KEEP);

    /** The defaults of verl with its GRPO estimator: sample deviation with 1e-6, mean over tokens, dual clip 3. */
    public static final Preset VERL = new Preset(
            "verl",
            "verl, actor and algorithm: loss_agg_mode token-mean, clip_ratio 0.2, clip_ratio_c 3, use_kl_loss false",
            Objective.GRPO.toBuilder()
                    .loss(PolicyLoss.clipped(0.2, 0.2).toBuilder().dualClip(3).build())
                    .aggregation(Aggregation.TOKEN_MEAN)
                    .build(),
            TruncationHandling.KEEP);

    /** Dr. GRPO: no deviation, division by the constant L_max, no KL term. */
    public static final Preset DR_GRPO =
            new Preset("dr-grpo", "Liu et al. 2025, arXiv 2503.20783", Objective.DR_GRPO, TruncationHandling.KEEP);

    /** Maximum likelihood: advantages relative to the mean reward of the group, no clip, no KL term. */
    public static final Preset MAX_RL =
            new Preset("maxrl", Objective.MAX_RL.citation(), Objective.MAX_RL, TruncationHandling.KEEP);

    /** GRPO on sets of 4 rollouts, each rewarded for its best. The paper uses groups of 32. */
    public static final Preset PASS_AT_K = preset(
            "pass@k",
            "Chen et al. 2025, Pass@k Training, arXiv 2508.10751",
            Objective.GRPO.toBuilder().advantage(Advantage.passAt(4)));

    /**
     * Rewards and a teacher together: GRPO with the reverse KL divergence to the reference, estimated by K2, on the
     * rollouts that were wrong; its weight falls from 5e-3 to 1e-3.
     */
    public static final Preset KDRL = preset(
            "kdrl",
            "Xu et al. 2025, KDRL, arXiv 2506.02208",
            Objective.GRPO.toBuilder()
                    .aggregation(Aggregation.TOKEN_MEAN)
                    .loss(Objective.GRPO.loss().toBuilder()
                            .klWeight(5e-3)
                            .klEstimate(KlEstimate.K2)
                            .klFinalShare(0.2)
                            .klMissesOnly(true)
                            .build()));

    /** On-policy distillation: the reverse KL divergence to the reference on the policy's own rollouts, no rewards. */
    public static final Preset DISTILLATION = preset(
            "distillation",
            "Agarwal et al. 2024, On-Policy Distillation, arXiv 2306.13649; Gu et al. 2024, MiniLLM, arXiv 2306.08543",
            Objective.GRPO.toBuilder()
                    .aggregation(Aggregation.TOKEN_MEAN)
                    .rewardWeight(0)
                    .loss(PolicyLoss.UNCLIPPED.toBuilder()
                            .klWeight(1)
                            .klEstimate(KlEstimate.K2)
                            .build()));

    /**
     * Long runs: GRPO with a higher upper clip, mixed groups only and a weak KL penalty to a reference that is renewed.
     * The paper renews it by hand, when validation no longer improves, and samples at temperature 1.2.
     */
    public static final Preset PRORL = preset(
            "prorl",
            "Liu et al. 2025, ProRL, arXiv 2505.24864",
            Objective.GRPO.toBuilder()
                    .aggregation(Aggregation.TOKEN_MEAN)
                    .mixedGroupsOnly(true)
                    .loss(PolicyLoss.clipped(0.2, 0.4).toBuilder()
                            .klWeight(1e-4)
                            .klResetSteps(250)
                            .build()));

    /** GRPO with low-probability token isolation: tokens below one half first, then the others. */
    public static final Preset LOPTI = preset(
            "lopti",
            "Yang et al. 2025, Do Not Let Low-Probability Tokens Over-Dominate, arXiv 2505.12929",
            Objective.GRPO.toBuilder()
                    .loss(Objective.GRPO.loss().toBuilder()
                            .isolationThreshold(0.5)
                            .build()));

    private static final List<Preset> ALL =
            List.of(PAPER, TRL, VERL, DR_GRPO, MAX_RL, PASS_AT_K, KDRL, DISTILLATION, PRORL, LOPTI);

    public Preset {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a preset needs a name");
        }
    }

    /** A preset that is an objective of its own, under the same name. */
    private static Preset preset(String name, String source, Objective.Builder objective) {
        return new Preset(name, source, objective.name(name).citation(source).build(), TruncationHandling.KEEP);
    }

    /** All built-in presets. */
    public static List<Preset> all() {
        return ALL;
    }

    /**
     * Looks up a preset by name.
     *
     * @throws IllegalArgumentException if there is none; the message lists the names
     */
    public static Preset named(String name) {
        return ALL.stream()
                .filter(p -> p.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No preset named \"" + name + "\". Available: "
                        + ALL.stream().map(Preset::name).collect(Collectors.joining(", ")) + "."));
    }
}
