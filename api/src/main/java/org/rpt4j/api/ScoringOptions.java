package org.rpt4j.api;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.setting.Assigned;
import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;

/**
 * How the entropy of the next token is computed, and how many of the most probable next tokens are wanted with it.
 * Immutable and thread-safe.
 *
 * @since 0.1.0
 */
public final class ScoringOptions {

    public static final Setting<Integer> TOP_K = Setting.whole("top-k", Range.atLeast(1))
            .says("Number of most probable next tokens over which the entropy is computed.")
            .in("tokens")
            .after("section 3.3: 16")
            .or(16);

    public static final Setting<Boolean> RENORMALISE = Setting.<Boolean>of("renormalise", Boolean.class)
            .says("Whether the probabilities of these tokens are scaled to a sum of 1.")
            .after("unspecified by the paper")
            .or(true);

    public static final Setting<Integer> CANDIDATES = Setting.whole("candidates", Range.between(0, 256))
            .says("Number of most probable next tokens that are kept with their log-probabilities at every position.")
            .in("tokens")
            .or(0);

    /** Top 16, renormalised, no candidates. */
    public static final ScoringOptions DEFAULTS = builder().build();

    private final int topK;
    private final boolean renormalise;
    private final int candidates;

    private ScoringOptions(Builder builder) {
        this.topK = builder.topK;
        this.renormalise = builder.renormalise;
        this.candidates = builder.candidates;
    }

    /** Returns a builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns a builder that starts from these values. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Number of largest logits to use. A value larger than the vocabulary means all of it. */
    public int topK() {
        return topK;
    }

    /**
     * True: H = -sum p ln p, where p is the softmax over the top-k logits, between 0 and ln k nats. False: the same sum
     * over the top-k tokens with p from the full softmax.
     */
    public boolean renormalise() {
        return renormalise;
    }

    /**
     * Number of most probable next tokens that {@link TokenScores} holds at every position; 0 costs nothing. It has no
     * influence on the other scores. A model with fewer tokens refuses it.
     */
    public int candidates() {
        return candidates;
    }

    /**
     * Checks the answer of a scorer, which must not leave out candidates in silence.
     *
     * @throws IllegalStateException if it has another number of candidates
     */
    public void requireCandidates(TokenScores scores) {
        if (scores.candidates() != candidates) {
            throw new IllegalStateException("the scorer gave " + scores.candidates() + " candidates for each token, "
                    + candidates + " were asked for. Use a scorer that gives candidates.");
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ScoringOptions that && values().equals(that.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    @Override
    public String toString() {
        return "ScoringOptions" + values();
    }

    /** Without candidates as before there were any: records of scores keep this text and compare it. */
    private List<Assigned> values() {
        List<Assigned> values = new ArrayList<>(List.of(TOP_K.is(topK), RENORMALISE.is(renormalise)));
        if (candidates > 0) {
            values.add(CANDIDATES.is(candidates));
        }
        return values;
    }

    /** Each setter rejects a value outside its range. Not thread-safe. */
    public static final class Builder {

        private int topK = TOP_K.byDefault();
        private boolean renormalise = RENORMALISE.byDefault();
        private int candidates = CANDIDATES.byDefault();

        private Builder() {}

        private Builder(ScoringOptions values) {
            this.topK = values.topK;
            this.renormalise = values.renormalise;
            this.candidates = values.candidates;
        }

        public Builder topK(int topK) {
            this.topK = TOP_K.check(topK);
            return this;
        }

        public Builder renormalise(boolean renormalise) {
            this.renormalise = RENORMALISE.check(renormalise);
            return this;
        }

        public Builder candidates(int candidates) {
            this.candidates = CANDIDATES.check(candidates);
            return this;
        }

        /** Builds the options. */
        public ScoringOptions build() {
            return new ScoringOptions(this);
        }
    }
}
