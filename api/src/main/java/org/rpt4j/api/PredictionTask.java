package org.rpt4j.api;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One episode: predict what follows a context. Each selected position of the corpus is one task (Eq. 1 and 4).
 * Immutable by convention: the array is not copied, so do not modify it.
 *
 * @since 0.1.0
 */
public final class PredictionTask {

    private final long id;
    private final String documentId;
    private final int position;
    private final int[] context;
    private final int target;
    private final GroundTruth truth;
    private final double entropy;

    /**
     * Wraps the array without copying it.
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
        Objects.requireNonNull(documentId, "documentId");
        Objects.requireNonNull(context, "context");
        Objects.requireNonNull(truth, "truth");
        if (context.length == 0) {
            throw new IllegalArgumentException("task at " + documentId + ":" + position + " has no context");
        }
        if (truth.boundaries().length == 0) {
            throw new IllegalArgumentException("task at " + documentId + ":" + position + " has no continuation");
        }
        this.id = id;
        this.documentId = documentId;
        this.position = position;
        this.context = context;
        this.target = target;
        this.truth = truth;
        this.entropy = entropy;
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

    /** Id of the true next token x_t. */
    public int target() {
        return target;
    }

    /** Bytes and token boundaries of the continuation x_t, x_t+1, ... */
    public GroundTruth truth() {
        return truth;
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
                && target == that.target
                && Double.compare(entropy, that.entropy) == 0
                && documentId.equals(that.documentId)
                && Arrays.equals(context, that.context)
                && truth.equals(that.truth);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, documentId, position, Arrays.hashCode(context), target, truth, entropy);
    }

    @Override
    public String toString() {
        return "PredictionTask[id " + id + " at " + documentId + ":" + position + ", " + context.length
                + " context tokens, target " + target + ", entropy " + entropy + "]";
    }
}
