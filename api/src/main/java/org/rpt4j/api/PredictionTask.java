package org.rpt4j.api;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One episode: predict what belongs at a place of a text. In the paper that is the next token of a hard position (Eq. 1
 * and 4); other {@linkplain TaskKind kinds of tasks} leave out a longer piece, and may show what follows it. Immutable
 * by convention: the arrays are not copied, so do not modify them.
 *
 * @since 0.1.0
 */
public final class PredictionTask {

    private static final int[] NOTHING = {};

    private final long id;
    private final String documentId;
    private final int position;
    private final int[] context;
    private final int[] after;
    private final int[] continuation;
    private final GroundTruth truth;
    private final TruthMatch match;
    private final double entropy;

    private PredictionTask(Builder builder) {
        this.id = builder.id;
        this.documentId = builder.documentId;
        this.position = builder.position;
        this.context = Objects.requireNonNull(builder.context, "context");
        this.after = builder.after;
        this.continuation = Objects.requireNonNull(builder.continuation, "continuation");
        this.truth = Objects.requireNonNull(builder.truth, "truth");
        this.match = builder.match;
        this.entropy = builder.entropy;
        if (context.length == 0) {
            throw new IllegalArgumentException("task at " + documentId + ":" + position + " has no context");
        }
        if (truth.boundaries().length == 0 || continuation.length == 0) {
            throw new IllegalArgumentException("task at " + documentId + ":" + position + " has no continuation");
        }
    }

    /**
     * A task of the paper: to predict the next token, of whose continuation one id is known. Wraps the array without
     * copying it.
     *
     * @param id id, unique within a dataset and independent of the order in which the dataset is read
     * @param documentId id of the document that the task comes from
     * @param position index t of the target token in its document
     * @param context ids of the tokens before t, possibly truncated on the left
     * @param target id of the true next token x_t
     * @param truth bytes and token boundaries of the continuation x_t, x_t+1, ...
     * @param entropy the proxy's entropy at t in nats; NaN if not scored
     * @throws IllegalArgumentException if the context or the continuation is empty
     */
    public PredictionTask(
            long id, String documentId, int position, int[] context, int target, GroundTruth truth, double entropy) {
        this(builder(id, documentId, position)
                .context(context)
                .continuation(target)
                .truth(truth)
                .entropy(entropy));
    }

    /**
     * A builder of a task. Context, continuation and truth are required.
     *
     * @param id see {@link PredictionTask#id}
     * @param documentId see {@link PredictionTask#documentId}
     * @param position see {@link PredictionTask#position}
     */
    public static Builder builder(long id, String documentId, int position) {
        return new Builder(id, documentId, position);
    }

    /** Id, unique within a dataset and independent of the order in which the dataset is read. */
    public long id() {
        return id;
    }

    /** Id of the document that the task comes from. */
    public String documentId() {
        return documentId;
    }

    /** Index t of the target token in its document. */
    public int position() {
        return position;
    }

    /** Ids of the tokens before t, possibly truncated on the left. */
    public int[] context() {
        return context;
    }

    /**
     * Ids of the tokens that the prompt shows after the gap, or as candidates to choose from; empty if a kind of tasks
     * has none.
     */
    public int[] after() {
        return after;
    }

    /**
     * Ids of the tokens that are known to be true, at least one: x_t, x_t+1, ... as far as the truth reaches. Where a
     * task asks for a choice, the tokens that name the right one.
     */
    public int[] continuation() {
        return continuation;
    }

    /** Id of the true next token x_t: the first of the continuation. */
    public int target() {
        return continuation[0];
    }

    /** Bytes and token boundaries of the continuation x_t, x_t+1, ... */
    public GroundTruth truth() {
        return truth;
    }

    /** How much of the truth a prediction has to hold. */
    public TruthMatch match() {
        return match;
    }

    /** The proxy's entropy at t in nats; NaN if not scored. */
    public double entropy() {
        return entropy;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PredictionTask that
                && id == that.id
                && position == that.position
                && match == that.match
                && Double.compare(entropy, that.entropy) == 0
                && documentId.equals(that.documentId)
                && Arrays.equals(context, that.context)
                && Arrays.equals(after, that.after)
                && Arrays.equals(continuation, that.continuation)
                && truth.equals(that.truth);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                id,
                documentId,
                position,
                Arrays.hashCode(context),
                Arrays.hashCode(after),
                Arrays.hashCode(continuation),
                truth,
                match,
                entropy);
    }

    @Override
    public String toString() {
        return "PredictionTask[id " + id + " at " + documentId + ":" + position + ", " + context.length
                + " context tokens, " + (after.length == 0 ? "" : after.length + " after, ") + "target " + target()
                + ", entropy " + entropy + "]";
    }

    /** Collects the parts of a task. Arrays are not copied. Not thread-safe. */
    public static final class Builder {

        private final long id;
        private final String documentId;
        private final int position;
        private int @Nullable [] context;
        private int[] after = NOTHING;
        private int @Nullable [] continuation;
        private @Nullable GroundTruth truth;
        private TruthMatch match = TruthMatch.PREFIX;
        private double entropy = Double.NaN;

        private Builder(long id, String documentId, int position) {
            this.id = id;
            this.documentId = Objects.requireNonNull(documentId, "documentId");
            this.position = position;
        }

        /** See {@link PredictionTask#context}. */
        public Builder context(int[] tokens) {
            this.context = Objects.requireNonNull(tokens, "context");
            return this;
        }

        /** See {@link PredictionTask#after}; none by default. */
        public Builder after(int[] tokens) {
            this.after = Objects.requireNonNull(tokens, "after");
            return this;
        }

        /** See {@link PredictionTask#continuation}. */
        public Builder continuation(int... tokens) {
            this.continuation = Objects.requireNonNull(tokens, "continuation");
            return this;
        }

        /** See {@link PredictionTask#truth}. */
        public Builder truth(GroundTruth value) {
            this.truth = Objects.requireNonNull(value, "truth");
            return this;
        }

        /** See {@link PredictionTask#match}; {@link TruthMatch#PREFIX} by default. */
        public Builder match(TruthMatch value) {
            this.match = Objects.requireNonNull(value, "match");
            return this;
        }

        /** See {@link PredictionTask#entropy}; NaN by default. */
        public Builder entropy(double nats) {
            this.entropy = nats;
            return this;
        }

        /**
         * The task.
         *
         * @throws IllegalArgumentException if the context or the continuation is empty
         */
        public PredictionTask build() {
            return new PredictionTask(this);
        }
    }
}
