package org.rpt4j.backend.onnx;

import org.rpt4j.spi.kit.RunningCompletion;

/**
 * One member of a group while it is being sampled.
 *
 * @param group place of its prompt in the call
 * @param completion what has been sampled
 */
record RunningSequence(int group, RunningCompletion completion) {

    /** The token whose keys and values are not cached yet. */
    int lastToken() {
        return completion.lastToken();
    }

    /** Number of positions that are cached once the first token is sampled: all but the last one. */
    int cached() {
        return completion.lastPosition();
    }
}
