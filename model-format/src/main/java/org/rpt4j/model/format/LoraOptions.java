package org.rpt4j.model.format;

import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.setting.Assigned;
import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;
import org.rpt4j.model.format.WeightLayout.LayerWeight;

/**
 * The form of a low-rank adapter: beside a frozen matrix W [out, in], each target has A [rank, in] and B [out, rank],
 * and y = x (W + s B A)^T with the scale s = alpha / rank, or alpha / sqrt(rank) if rank-stabilised (Hu et al. 2022,
 * arXiv 2106.09685; Kalajdzievski 2023, arXiv 2312.03732). Immutable.
 *
 * @since 0.1.0
 */
public final class LoraOptions {

    /** Beyond the width of every supported model, a low rank saves nothing. */
    private static final int MAX_RANK = 8192;

    public static final Setting<Integer> RANK = Setting.whole("rank", Range.between(1, MAX_RANK))
            .says("Rank of the matrices that are trained instead of the weights. Reinforcement learning needs little:"
                    + " ranks from 1 to 32 do as well as training all weights.")
            .or(16);

    public static final Setting<Double> ALPHA = Setting.real("alpha", Range.above(0))
            .says("The scale of the adapter is alpha divided by the rank.")
            .after("Hu et al. 2022, arXiv 2106.09685")
            .or(32.0);

    public static final Setting<Boolean> RANK_STABILISED = Setting.<Boolean>of("rank-stabilised", Boolean.class)
            .says("Divides alpha by the square root of the rank instead, so that high ranks learn as fast as low ones.")
            .after("rsLoRA: Kalajdzievski 2023, arXiv 2312.03732")
            .or(false);

    /** Rank 16 on all projections, alpha 32. */
    public static final LoraOptions DEFAULTS = builder().build();

    private final int rank;
    private final double alpha;
    private final boolean rankStabilised;
    private final Set<LayerWeight> targets;

    private LoraOptions(Builder builder) {
        this.rank = builder.rank;
        this.alpha = builder.alpha;
        this.rankStabilised = builder.rankStabilised;
        this.targets = Set.copyOf(builder.targets);
    }

    /** Returns a builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the names of all modules that an adapter can target: the projections of a layer, such as {@code q_proj}. */
    public static List<String> allTargets() {
        return LayerWeight.projections().stream().map(LayerWeight::module).toList();
    }

    /** Rank of A and B. */
    public int rank() {
        return rank;
    }

    /** Numerator of the scale. */
    public double alpha() {
        return alpha;
    }

    /** Whether the scale divides by the square root of the rank. */
    public boolean rankStabilised() {
        return rankStabilised;
    }

    /** The factor of B A. */
    public double scale() {
        return alpha / (rankStabilised ? Math.sqrt(rank) : rank);
    }

    /** The projections that have an A and a B. */
    public Set<LayerWeight> targets() {
        return targets;
    }

    /** Names of the targets, in the order of a layer. */
    public List<String> targetNames() {
        return LayerWeight.projections().stream()
                .filter(targets::contains)
                .map(LayerWeight::module)
                .toList();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LoraOptions that
                && rank == that.rank
                && alpha == that.alpha
                && rankStabilised == that.rankStabilised
                && targets.equals(that.targets);
    }

    @Override
    public int hashCode() {
        return List.of(rank, alpha, rankStabilised, targets).hashCode();
    }

    @Override
    public String toString() {
        List<Assigned> values = List.of(RANK.is(rank), ALPHA.is(alpha), RANK_STABILISED.is(rankStabilised));
        return "LoraOptions" + values + " on " + String.join(", ", targetNames());
    }

    /** Each setter rejects a value outside its range. Not thread-safe. */
    public static final class Builder {

        private int rank = RANK.byDefault();
        private double alpha = ALPHA.byDefault();
        private boolean rankStabilised = RANK_STABILISED.byDefault();
        private Set<LayerWeight> targets = LayerWeight.projections();

        private Builder() {}

        public Builder rank(int rank) {
            this.rank = RANK.check(rank);
            return this;
        }

        public Builder alpha(double alpha) {
            this.alpha = ALPHA.check(alpha);
            return this;
        }

        public Builder rankStabilised(boolean rankStabilised) {
            this.rankStabilised = RANK_STABILISED.check(rankStabilised);
            return this;
        }

        /**
         * The modules with an A and a B, by name.
         *
         * @throws IllegalArgumentException if there are none, or one is not among {@link #allTargets}
         */
        public Builder targets(Collection<String> modules) {
            Set<String> unknown = new TreeSet<>(modules);
            allTargets().forEach(unknown::remove);
            if (!unknown.isEmpty() || modules.isEmpty()) {
                throw new IllegalArgumentException("targets are " + (modules.isEmpty() ? "none" : modules)
                        + ", must be among " + String.join(", ", allTargets()));
            }
            this.targets = LayerWeight.projections().stream()
                    .filter(weight -> modules.contains(weight.module()))
                    .collect(Collectors.toCollection(() -> EnumSet.noneOf(LayerWeight.class)));
            return this;
        }

        /** Builds the options. */
        public LoraOptions build() {
            return new LoraOptions(this);
        }
    }
}
