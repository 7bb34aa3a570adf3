package org.rpt4j.core.objective;

import org.rpt4j.api.setting.Conflicts;
import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;

/**
 * How completions are handled that are cut off at the length limit or come near it.
 *
 * @param masked whether the tokens of a truncated completion are left out of the loss and of every denominator; its
 *     reward still shapes the advantages of its group
 * @param penalty reward that long completions lose
 * @param budget reward for completions of about the wanted length
 * @since 0.1.0
 */
public record TruncationHandling(boolean masked, OverlongPenalty penalty, LengthBudget budget) {

    public static final Setting<Boolean> MASKED = Setting.of("masked", Boolean.class)
            .says("Whether truncated completions are left out of the loss and of every denominator.")
            .after("overlong filtering: Yu et al. 2025, arXiv 2503.14476")
            .or(false);

    /** A handling without a length budget. */
    public TruncationHandling(boolean masked, OverlongPenalty penalty) {
        this(masked, penalty, LengthBudget.NONE);
    }

    /**
     * The value to add to the reward of a completion, for its length alone.
     *
     * @param length number of tokens of the completion
     * @param maxTokens maximum number of tokens of a completion, L_max
     * @param way how much of the run is done, from 0
     */
    public double of(int length, int maxTokens, double way) {
        return penalty.of(length, maxTokens) + budget.of(length, way);
    }

    /** A truncated completion is trained on like any other, with its reward. */
    public static final TruncationHandling KEEP = new TruncationHandling(false, OverlongPenalty.NONE);

    /** Truncated completions are not trained on (DAPO, overlong filtering: Yu et al. 2025, arXiv 2503.14476). */
    public static final TruncationHandling MASK = new TruncationHandling(true, OverlongPenalty.NONE);

    /**
     * Truncated completions are kept, with less reward the closer they are to the limit; see {@link OverlongPenalty}.
     */
    public static TruncationHandling softPenalty(int cacheTokens, double factor) {
        return new TruncationHandling(false, new OverlongPenalty(cacheTokens, factor));
    }

    /**
     * A reward for completions of about a budget of tokens that shrinks over the run: w max(0, 1 - |l - B| / B), a
     * triangle with its peak at B = max(least, floor(first * decay^way)), for thoughts that need not be long (RMT: Tian
     * et al. 2025, arXiv 2509.24375). Pure.
     *
     * @param first tokens of the budget at the first step; 0 for no budget
     * @param least tokens below which the budget does not fall
     * @param decay share of the first budget that is left after the last step
     * @param weight w, reward of a completion that has exactly the budget
     */
    public record LengthBudget(int first, int least, double decay, double weight) {

        public static final Setting<Integer> FIRST = Setting.whole("first", Range.atLeast(0))
                .says(
                        "Length of a completion that earns the most for its length, at the first step; 0 rewards no length.")
                .in("tokens")
                .after("Tian et al. 2025, arXiv 2509.24375")
                .or(0);

        public static final Setting<Integer> LEAST = Setting.whole("least", Range.atLeast(1))
                .says("Length below which the budget does not fall.")
                .in("tokens")
                .or(1);

        public static final Setting<Double> DECAY = Setting.real(
                        "decay", Range.above(0).upTo(1))
                .says("Share of the first budget that is left after the last step; the budget falls exponentially.")
                .or(0.5);

        public static final Setting<Double> WEIGHT = Setting.real("weight", Range.above(0))
                .says(
                        "What a completion earns whose length is the budget; others earn less, and none at twice the budget.")
                .in("reward")
                .or(0.1);

        /** No budget, as in the RPT paper. */
        public static final LengthBudget NONE =
                new LengthBudget(FIRST.byDefault(), LEAST.byDefault(), DECAY.byDefault(), WEIGHT.byDefault());

        public LengthBudget {
            FIRST.check(first);
            LEAST.check(least);
            DECAY.check(decay);
            WEIGHT.check(weight);
            new Conflicts()
                    .when(
                            first > 0 && least > first,
                            "the budget cannot fall to more than it begins with. Lower the least, or raise the first.",
                            FIRST.is(first),
                            LEAST.is(least))
                    .refuse();
        }

        /**
         * The budget in tokens; 0 for none.
         *
         * @param way how much of the run is done, 0 at its first step and below 1 at its last
         */
        public int at(double way) {
            return first == 0 ? 0 : Math.max(least, (int) Math.floor(first * Math.pow(decay, way)));
        }

        private double of(int length, double way) {
            int budget = at(way);
            return budget == 0 ? 0 : weight * Math.max(0, 1 - Math.abs((double) length - budget) / budget);
        }
    }
}
