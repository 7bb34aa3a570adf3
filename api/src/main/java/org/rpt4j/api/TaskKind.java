package org.rpt4j.api;

import java.util.List;

/**
 * Makes tasks of documents: what is left out of a text, what the model sees of the rest, and how exact a prediction must
 * be. Deterministic: the same documents in the same order always give the same tasks. One instance sees the documents of
 * one side of the split between training and held-out text, one after the other in the order of the corpus, so it may
 * remember earlier ones, and nothing of a held-out document gets into training. Not thread-safe.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface TaskKind {

    /**
     * The tasks of a document, in the order of their positions, each with an id of {@link TaskDocument#taskId}; empty
     * if it has none.
     */
    List<PredictionTask> tasks(TaskDocument document);
}
