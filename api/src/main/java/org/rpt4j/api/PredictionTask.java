package org.rpt4j.api;

/**
 * One episode: predict what follows a context. Every selected position of the corpus is one (Eq. 1 and 4).
 *
 * @param id identity, unique within a data set and independent of the order in which it is read
 * @param documentId the document that it was taken from
 * @param position index t of the target token in its document
 * @param context ids of the tokens before t, possibly cut on the left; not copied
 * @param target id of the true next token x_t
 * @param truth bytes and token boundaries of the continuation x_t, x_t+1, ...
 * @param entropy the proxy's entropy at t in nats; NaN if it was not scored
 */
public record PredictionTask(
        long id, String documentId, int position, int[] context, int target, GroundTruth truth, double entropy) {

    public PredictionTask {
        if (context.length == 0) {
            throw new IllegalArgumentException("task at " + documentId + ":" + position + " has no context");
        }
        if (truth.boundaries().length == 0) {
            throw new IllegalArgumentException("task at " + documentId + ":" + position + " has no continuation");
        }
    }
}
