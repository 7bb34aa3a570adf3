package org.rpt4j.core.objective;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.setting.Assigned;
import org.rpt4j.api.setting.Conflicts;
import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;
import org.rpt4j.api.setting.SettingsConflictException;

/**
 * A training objective: its advantage, its loss, how it averages tokens, and where it was published. The training loop
 * takes it as a value and has no branch for any objective. The defaults of the builder are those of {@link #GRPO}.
 * Immutable and thread-safe.
 *
 * @since 0.1.0
 */
public final class Objective {

    public static final Setting<String> NAME = Setting.<String>of("name", String.class)
            .mustBe("a name", name -> !name.isBlank())
            .says("Name of the objective.")
            .orNone();

    public static final Setting<String> CITATION = Setting.<String>of("citation", String.class)
            .says("Where it was published.")
            .orNone();

    public static final Setting<Advantage> ADVANTAGE = Setting.<Advantage>of("advantage", Advantage.class)
            .says("How rewards become advantages.")
            .or(Advantage.standardised(StandardDeviation.SAMPLE_1E6));

    public static final Setting<BatchNormalisation> NORMALISATION = Setting.<BatchNormalisation>of(
                    "normalisation", BatchNormalisation.class)
            .says("What is done to the advantages of a whole step.")
            .after("Hu et al. 2025, arXiv 2501.03262; Liu et al. 2025, arXiv 2508.08221")
            .or(BatchNormalisation.NONE);

    public static final Setting<PolicyLoss> LOSS = Setting.<PolicyLoss>of("loss", PolicyLoss.class)
            .says("Loss of one token.")
            .or(PolicyLoss.clipped(0.2, 0.2));

    public static final Setting<Aggregation> AGGREGATION = Setting.<Aggregation>of("aggregation", Aggregation.class)
            .says("How the losses of tokens become the loss of a step.")
            .after("arXiv 2402.03300; arXiv 2503.14476; arXiv 2503.20783")
            .or(Aggregation.SEQUENCE_MEAN_TOKEN_MEAN);

    public static final Setting<Boolean> MIXED_GROUPS_ONLY = Setting.<Boolean>of("mixed-groups-only", Boolean.class)
            .says("Whether groups with equal rewards are left out of the step and of its denominators.")
            .after("Yu et al. 2025, arXiv 2503.14476")
            .or(false);

    public static final Setting<Double> KEY_TOKEN_WEIGHT = Setting.real("key-token-weight", Range.atLeast(0))
            .says("How much is added at most to the advantage of a token that tells right rollouts of its group from"
                    + " wrong ones; 0 gives all tokens of a rollout its advantage.")
            .after("Sun et al. 2025, arXiv 2505.16826")
            .or(0.0);

    public static final Setting<Double> REWARD_WEIGHT = Setting.real("reward-weight", Range.atLeast(0))
            .says("Weight of the rewards beside the other terms; 0 learns from a teacher or from text alone.")
            .or(1.0);

    public static final Setting<CorpusTerm> CORPUS = Setting.<CorpusTerm>of("corpus", CorpusTerm.class)
            .says("The text that is learned beside the rollouts.")
            .or(CorpusTerm.NONE);

    /** Group-relative policy optimisation, the objective of the RPT paper; without a KL term, as in the paper. */
    public static final Objective GRPO = builder("grpo", "Shao et al. 2024, DeepSeekMath, arXiv 2402.03300")
            .advantage(Advantage.standardised(StandardDeviation.SAMPLE_1E6))
            .build();

    /** GRPO without its length bias and its bias towards groups with a small deviation. */
    public static final Objective DR_GRPO = builder(
                    "dr-grpo", "Liu et al. 2025, Understanding R1-Zero-Like Training, arXiv 2503.20783")
            .advantage(Advantage.CENTRED)
            .aggregation(Aggregation.CONSTANT)
            .build();

    /**
     * REINFORCE with a leave-one-out baseline. The sum over a completion's tokens is divided by the constant L_max,
     * which scales the published loss and changes nothing else.
     */
    public static final Objective RLOO = builder("rloo", "Ahmadian et al. 2024, Back to Basics, arXiv 2402.14740")
            .advantage(Advantage.LEAVE_ONE_OUT)
            .loss(PolicyLoss.UNCLIPPED)
            .aggregation(Aggregation.CONSTANT)
            .build();

    /** The loss of DAPO: a higher upper clip, a mean over tokens, mixed groups only. */
    public static final Objective DAPO = builder("dapo", "Yu et al. 2025, DAPO, arXiv 2503.14476")
            .advantage(Advantage.standardised(StandardDeviation.SAMPLE_1E6))
            .loss(PolicyLoss.clipped(0.2, 0.28))
            .aggregation(Aggregation.TOKEN_MEAN)
            .mixedGroupsOnly(true)
            .build();

    /**
     * Compares rewards over the whole step instead of within groups, so a group with equal rewards has a learning
     * signal too.
     */
    public static final Objective REINFORCE_PLUS_PLUS = builder(
                    "reinforce++", "Hu et al. 2025, REINFORCE++, arXiv 2501.03262")
            .advantage(Advantage.REWARD)
            .normalisation(BatchNormalisation.WHITENED)
            .aggregation(Aggregation.TOKEN_MEAN)
            .build();

    /**
     * Centres rewards within groups, then scales them by the deviation of the whole step instead of each group's own.
     */
    public static final Objective REINFORCE_PLUS_PLUS_BASELINE = builder(
                    "reinforce++-baseline", "Hu et al. 2025, REINFORCE++, arXiv 2501.03262")
            .advantage(Advantage.CENTRED)
            .normalisation(BatchNormalisation.WHITENED)
            .aggregation(Aggregation.TOKEN_MEAN)
            .build();

    /**
     * The optimal baseline for exactly on-policy training, without a clip. As with {@link #RLOO} the sum over tokens is
     * divided by a constant.
     */
    public static final Objective OPO = builder(
                    "opo", "Hao et al. 2025, On-Policy RL with Optimal Reward Baseline, arXiv 2505.23585")
            .advantage(Advantage.LENGTH_WEIGHTED)
            .loss(PolicyLoss.UNCLIPPED)
            .aggregation(Aggregation.CONSTANT)
            .build();

    /** GRPO with one ratio per completion, clipped as a whole. */
    public static final Objective GSPO = builder(
                    "gspo", "Zheng et al. 2025, Group Sequence Policy Optimization, arXiv 2507.18071")
            .advantage(Advantage.standardised(StandardDeviation.SAMPLE_1E6))
            .loss(PolicyLoss.clipped(3e-4, 4e-4).toBuilder()
                    .ratio(ImportanceRatio.SEQUENCE)
                    .build())
            .build();

    /**
     * Centres rewards within groups, scales them by the deviation of all rewards of the step, and averages over tokens.
     * The clip is that of GRPO.
     */
    public static final Objective LITE_PPO = builder("lite-ppo", "Liu et al. 2025, Tricks or Traps, arXiv 2508.08221")
            .advantage(Advantage.CENTRED)
            .normalisation(BatchNormalisation.SCALED)
            .aggregation(Aggregation.TOKEN_MEAN)
            .build();

    /**
     * Maximum likelihood instead of expected reward: the rarer a success, the more it weighs. Made for low hit rates. As
     * with {@link #RLOO} the sum over tokens is divided by a constant, and there is no clip, so that the mean gradient is
     * exact.
     */
    public static final Objective MAX_RL = builder(
                    "maxrl", "Tajwar et al. 2026, Maximum Likelihood Reinforcement Learning, arXiv 2602.02710")
            .advantage(Advantage.RELATIVE)
            .loss(PolicyLoss.UNCLIPPED)
            .aggregation(Aggregation.CONSTANT)
            .build();

    /** GRPO in which the advantage of a token counts less the rarer the token is. */
    public static final Objective GRPO_REWEIGHTED = builder(
                    "grpo-reweighted",
                    "Yang et al. 2025, Do Not Let Low-Probability Tokens Over-Dominate, arXiv 2505.12929")
            .loss(PolicyLoss.clipped(0.2, 0.2).toBuilder()
                    .probabilityWeight(0.3)
                    .build())
            .build();

    /** GRPO, and tokens that right rollouts have and wrong ones have not get more of the advantage. */
    public static final Objective GRPO_KEY_TOKENS = builder(
                    "grpo-key-tokens", "Sun et al. 2025, Key-Token Advantage Estimation, arXiv 2505.16826")
            .keyTokenWeight(1)
            .build();

    private static final List<Objective> ALL = List.of(
            GRPO, DR_GRPO, RLOO, DAPO, REINFORCE_PLUS_PLUS, REINFORCE_PLUS_PLUS_BASELINE, OPO, GSPO, LITE_PPO, MAX_RL);

    private final String name;
    private final String citation;
    private final Advantage advantage;
    private final BatchNormalisation normalisation;
    private final PolicyLoss loss;
    private final Aggregation aggregation;
    private final boolean mixedGroupsOnly;
    private final double keyTokenWeight;
    private final double rewardWeight;
    private final CorpusTerm corpus;

    private Objective(Builder builder) {
        this.name = builder.name;
        this.citation = builder.citation;
        this.advantage = builder.advantage;
        this.normalisation = builder.normalisation;
        this.loss = builder.loss;
        this.aggregation = builder.aggregation;
        this.mixedGroupsOnly = builder.mixedGroupsOnly;
        this.keyTokenWeight = builder.keyTokenWeight;
        this.rewardWeight = builder.rewardWeight;
        this.corpus = builder.corpus;
    }

    /**
     * Returns a builder that starts from the defaults.
     *
     * @param name see {@link Objective#name}
     * @param citation see {@link Objective#citation}
     */
    public static Builder builder(String name, String citation) {
        return new Builder(name, citation);
    }

    /** Returns a builder that starts from these values. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** The name by which it is looked up. */
    public String name() {
        return name;
    }

    /** Where it was published. */
    public String citation() {
        return citation;
    }

    /** How the rewards of a group become advantages. */
    public Advantage advantage() {
        return advantage;
    }

    /** How the advantages of a step are normalised. */
    public BatchNormalisation normalisation() {
        return normalisation;
    }

    /** Loss of one token. */
    public PolicyLoss loss() {
        return loss;
    }

    /** How token losses become the loss of a step. */
    public Aggregation aggregation() {
        return aggregation;
    }

    /**
     * Whether groups with equal rewards are left out of the step entirely. Without a normalisation over the step they
     * have no surrogate gradient anyway; this setting decides whether they count in the denominators.
     */
    public boolean mixedGroupsOnly() {
        return mixedGroupsOnly;
    }

    /** Factor of {@link KeyTokens}, which are added to the advantage of a rollout token by token; 0 for none. */
    public double keyTokenWeight() {
        return keyTokenWeight;
    }

    /** Factor of every advantage; 0 if rewards teach nothing, and a KL penalty or a corpus term teaches alone. */
    public double rewardWeight() {
        return rewardWeight;
    }

    /** The text that is learned beside the rollouts. */
    public CorpusTerm corpus() {
        return corpus;
    }

    /** All built-in objectives. */
    public static List<Objective> all() {
        return ALL;
    }

    /**
     * Looks up a built-in objective by name.
     *
     * @throws IllegalArgumentException if there is none; the message lists the names
     */
    public static Objective named(String name) {
        return ALL.stream()
                .filter(o -> o.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No objective named \"" + name + "\". Available: "
                        + ALL.stream().map(Objective::name).collect(Collectors.joining(", "))
                        + ". To define your own, use Objective.builder(...)."));
    }

    /**
     * Whether a group with equal rewards can have a gradient, because the whole step is compared, or because a KL
     * penalty, an entropy bonus or a corpus term applies.
     */
    public boolean learnsFromEqualRewards() {
        return normalisation.comparesGroups() || loss.klWeight() > 0 || loss.entropyWeight() > 0 || corpus.weight() > 0;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Objective that && values().equals(that.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    @Override
    public String toString() {
        return "Objective" + values();
    }

    private List<Assigned> values() {
        return List.of(
                NAME.is(name),
                CITATION.is(citation),
                ADVANTAGE.is(advantage),
                NORMALISATION.is(normalisation),
                LOSS.is(loss),
                AGGREGATION.is(aggregation),
                MIXED_GROUPS_ONLY.is(mixedGroupsOnly),
                KEY_TOKEN_WEIGHT.is(keyTokenWeight),
                REWARD_WEIGHT.is(rewardWeight),
                CORPUS.is(corpus));
    }

    /** Each setter rejects a value outside its range. Not thread-safe. */
    public static final class Builder {

        private String name;
        private String citation;
        private Advantage advantage = ADVANTAGE.byDefault();
        private BatchNormalisation normalisation = NORMALISATION.byDefault();
        private PolicyLoss loss = LOSS.byDefault();
        private Aggregation aggregation = AGGREGATION.byDefault();
        private boolean mixedGroupsOnly = MIXED_GROUPS_ONLY.byDefault();
        private double keyTokenWeight = KEY_TOKEN_WEIGHT.byDefault();
        private double rewardWeight = REWARD_WEIGHT.byDefault();
        private CorpusTerm corpus = CORPUS.byDefault();

        private Builder(String name, String citation) {
            this.name = NAME.check(name);
            this.citation = CITATION.check(citation);
        }

        private Builder(Objective values) {
            this.name = values.name;
            this.citation = values.citation;
            this.advantage = values.advantage;
            this.normalisation = values.normalisation;
            this.loss = values.loss;
            this.aggregation = values.aggregation;
            this.mixedGroupsOnly = values.mixedGroupsOnly;
            this.keyTokenWeight = values.keyTokenWeight;
            this.rewardWeight = values.rewardWeight;
            this.corpus = values.corpus;
        }

        public Builder name(String name) {
            this.name = NAME.check(name);
            return this;
        }

        public Builder citation(String citation) {
            this.citation = CITATION.check(citation);
            return this;
        }

        public Builder advantage(Advantage advantage) {
            this.advantage = ADVANTAGE.check(advantage);
            return this;
        }

        public Builder normalisation(BatchNormalisation normalisation) {
            this.normalisation = NORMALISATION.check(normalisation);
            return this;
        }

        public Builder loss(PolicyLoss loss) {
            this.loss = LOSS.check(loss);
            return this;
        }

        public Builder aggregation(Aggregation aggregation) {
            this.aggregation = AGGREGATION.check(aggregation);
            return this;
        }

        public Builder mixedGroupsOnly(boolean mixedGroupsOnly) {
            this.mixedGroupsOnly = MIXED_GROUPS_ONLY.check(mixedGroupsOnly);
            return this;
        }

        public Builder keyTokenWeight(double keyTokenWeight) {
            this.keyTokenWeight = KEY_TOKEN_WEIGHT.check(keyTokenWeight);
            return this;
        }

        public Builder rewardWeight(double rewardWeight) {
            this.rewardWeight = REWARD_WEIGHT.check(rewardWeight);
            return this;
        }

        public Builder corpus(CorpusTerm corpus) {
            this.corpus = CORPUS.check(corpus);
            return this;
        }

        /**
         * Builds the value.
         *
         * @throws SettingsConflictException if values do not go together
         */
        public Objective build() {
            new Conflicts()
                    .when(
                            loss.ratio() == ImportanceRatio.SEQUENCE
                                    && aggregation != Aggregation.SEQUENCE_MEAN_TOKEN_MEAN,
                            "with one ratio per completion its tokens share one loss, which cannot be averaged over "
                                    + "tokens. Use SEQUENCE_MEAN_TOKEN_MEAN, or the ratio TOKEN.",
                            PolicyLoss.RATIO.is(loss.ratio()),
                            AGGREGATION.is(aggregation))
                    .when(
                            advantage.equals(Advantage.REWARD) && normalisation != BatchNormalisation.WHITENED,
                            "no baseline is subtracted from the reward, so every sampled token would become more "
                                    + "likely. Use a baseline, or WHITENED.",
                            ADVANTAGE.is(advantage),
                            NORMALISATION.is(normalisation))
                    .when(
                            normalisation == BatchNormalisation.SCALED && !isUndivided(),
                            "the rewards would be divided twice. Use a baseline without a deviation, or no"
                                    + " normalisation.",
                            ADVANTAGE.is(advantage),
                            NORMALISATION.is(normalisation))
                    .when(
                            loss.ratio() == ImportanceRatio.SEQUENCE && keyTokenWeight > 0,
                            "with one ratio per completion its tokens share one advantage. Use the ratio TOKEN, or a"
                                    + " key-token weight of 0.",
                            PolicyLoss.RATIO.is(loss.ratio()),
                            KEY_TOKEN_WEIGHT.is(keyTokenWeight))
                    .when(
                            loss.isolationThreshold() > 0 && corpus.weight() > 0,
                            "the text belongs to neither of the two steps. Give the text no weight, or use an isolation"
                                    + " threshold of 0.",
                            PolicyLoss.ISOLATION_THRESHOLD.is(loss.isolationThreshold()),
                            CorpusTerm.WEIGHT.is(corpus.weight()))
                    .when(
                            rewardWeight == 0 && loss.klWeight() == 0 && corpus.weight() == 0,
                            "nothing is left to learn from. Give the rewards, the penalty or the text a weight.",
                            REWARD_WEIGHT.is(rewardWeight),
                            PolicyLoss.KL_WEIGHT.is(loss.klWeight()),
                            CorpusTerm.WEIGHT.is(corpus.weight()))
                    .when(
                            rewardWeight == 0 && loss.klWeight() > 0 && loss.klEstimate() == KlEstimate.K1,
                            "the gradient of K1 is 0 on average, so that a teacher would teach nothing. Use K2 or K3.",
                            REWARD_WEIGHT.is(rewardWeight),
                            PolicyLoss.KL_ESTIMATE.is(loss.klEstimate()))
                    .when(
                            rewardWeight == 0 && mixedGroupsOnly,
                            "the rewards teach nothing, so that a group with equal rewards is as good as another. Keep"
                                    + " all groups, or give the rewards a weight.",
                            REWARD_WEIGHT.is(rewardWeight),
                            MIXED_GROUPS_ONLY.is(mixedGroupsOnly))
                    .refuse();
            return new Objective(this);
        }

        private boolean isUndivided() {
            return !(advantage instanceof PassAtAdvantage)
                    && !(advantage instanceof BaselineAdvantage parts
                            && (parts.deviation() != null || parts.baseline() == Baseline.RELATIVE_MEAN));
        }
    }
}
