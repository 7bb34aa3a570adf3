package org.rpt4j.core.task;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.setting.Assigned;
import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;

/**
 * Which positions become tasks, and how much text a task has. Immutable and thread-safe.
 *
 * @since 0.1.0
 */
public final class TaskSelection {

    public static final Setting<PositionSelector> SELECTOR = Setting.<PositionSelector>of(
                    "selector", PositionSelector.class)
            .says("Which of the eligible positions are taken.")
            .orNone();

    public static final Setting<Integer> MIN_CONTEXT_TOKENS = Setting.whole("min-context-tokens", Range.atLeast(1))
            .says("Tokens of a document before its first task. The first tokens look hard only because little"
                    + " stands before them.")
            .in("tokens")
            .or(15);

    public static final Setting<Integer> MAX_POSITIONS_PER_DOCUMENT = Setting.whole(
                    "max-positions-per-document", Range.atLeast(1))
            .says("Maximum number of tasks from one document, since its positions are correlated samples.")
            .in("tasks")
            .or(64);

    public static final Setting<Integer> MAX_CONTEXT_TOKENS = Setting.whole("max-context-tokens", Range.atLeast(1))
            .says("Maximum number of tokens of text before the token to predict, fewer if the context window"
                    + " has no room. Older tokens are cut off.")
            .in("tokens")
            .after("section 3.3: prompts of at most 4096")
            .or(4096);

    public static final Setting<Integer> CONTINUATION_TOKENS = Setting.whole("continuation-tokens", Range.atLeast(1))
            .says("Maximum number of tokens of text against which a prediction is compared.")
            .in("tokens")
            .or(64);

    public static final Setting<Long> SEED = Setting.of("seed", Long.class)
            .says("Seed of the choice of positions, where there are too many and under UNIFORM.")
            .or(0L);

    private final PositionSelector selector;
    private final int minContextTokens;
    private final int maxPositionsPerDocument;
    private final int maxContextTokens;
    private final int continuationTokens;
    private final long seed;

    private TaskSelection(Builder builder) {
        this.selector = builder.selector;
        this.minContextTokens = builder.minContextTokens;
        this.maxPositionsPerDocument = builder.maxPositionsPerDocument;
        this.maxContextTokens = builder.maxContextTokens;
        this.continuationTokens = builder.continuationTokens;
        this.seed = builder.seed;
    }

    /**
     * Returns a builder that starts from the defaults.
     *
     * @param selector see {@link TaskSelection#selector}
     */
    public static Builder builder(PositionSelector selector) {
        return new Builder(selector);
    }

    /** At least 15 and at most 4096 tokens of context, 64 positions per document, 64 tokens of continuation. */
    public static TaskSelection of(PositionSelector selector) {
        return builder(selector).build();
    }

    /** Positions with an entropy of at least {@code minEntropy} nats; otherwise as in {@link #of}. */
    public static TaskSelection above(double minEntropy) {
        return of(new PositionSelector.MinEntropy(minEntropy));
    }

    /** Returns a builder that starts from these values. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Which of the eligible positions are taken. */
    public PositionSelector selector() {
        return selector;
    }

    /**
     * First position that may become a task: the first tokens of a document look hard only because they have little
     * context.
     */
    public int minContextTokens() {
        return minContextTokens;
    }

    /**
     * Maximum number of tasks from one document, chosen pseudo-randomly among the eligible positions, since the
     * positions of a document are correlated samples.
     */
    public int maxPositionsPerDocument() {
        return maxPositionsPerDocument;
    }

    /** Maximum number of tokens of context; older ones are cut off. */
    public int maxContextTokens() {
        return maxContextTokens;
    }

    /** Maximum number of tokens of continuation against which a prediction is compared. */
    public int continuationTokens() {
        return continuationTokens;
    }

    /** Seed of the choice of positions. */
    public long seed() {
        return seed;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TaskSelection that && values().equals(that.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    @Override
    public String toString() {
        return "TaskSelection" + values();
    }

    private List<Assigned> values() {
        return List.of(
                SELECTOR.is(selector),
                MIN_CONTEXT_TOKENS.is(minContextTokens),
                MAX_POSITIONS_PER_DOCUMENT.is(maxPositionsPerDocument),
                MAX_CONTEXT_TOKENS.is(maxContextTokens),
                CONTINUATION_TOKENS.is(continuationTokens),
                SEED.is(seed));
    }

    /** Each setter rejects a value outside its range. Not thread-safe. */
    public static final class Builder {

        private PositionSelector selector;
        private int minContextTokens = MIN_CONTEXT_TOKENS.byDefault();
        private int maxPositionsPerDocument = MAX_POSITIONS_PER_DOCUMENT.byDefault();
        private int maxContextTokens = MAX_CONTEXT_TOKENS.byDefault();
        private int continuationTokens = CONTINUATION_TOKENS.byDefault();
        private long seed = SEED.byDefault();

        private Builder(PositionSelector selector) {
            this.selector = SELECTOR.check(selector);
        }

        private Builder(TaskSelection values) {
            this.selector = values.selector;
            this.minContextTokens = values.minContextTokens;
            this.maxPositionsPerDocument = values.maxPositionsPerDocument;
            this.maxContextTokens = values.maxContextTokens;
            this.continuationTokens = values.continuationTokens;
            this.seed = values.seed;
        }

        public Builder selector(PositionSelector selector) {
            this.selector = SELECTOR.check(selector);
            return this;
        }

        public Builder minContextTokens(int minContextTokens) {
            this.minContextTokens = MIN_CONTEXT_TOKENS.check(minContextTokens);
            return this;
        }

        public Builder maxPositionsPerDocument(int maxPositionsPerDocument) {
            this.maxPositionsPerDocument = MAX_POSITIONS_PER_DOCUMENT.check(maxPositionsPerDocument);
            return this;
        }

        public Builder maxContextTokens(int maxContextTokens) {
            this.maxContextTokens = MAX_CONTEXT_TOKENS.check(maxContextTokens);
            return this;
        }

        public Builder continuationTokens(int continuationTokens) {
            this.continuationTokens = CONTINUATION_TOKENS.check(continuationTokens);
            return this;
        }

        public Builder seed(long seed) {
            this.seed = SEED.check(seed);
            return this;
        }

        /** Builds the value. */
        public TaskSelection build() {
            return new TaskSelection(this);
        }
    }
}
