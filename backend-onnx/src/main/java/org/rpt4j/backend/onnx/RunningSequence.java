package org.rpt4j.backend.onnx;

import org.rpt4j.spi.kit.RunningCompletion;

/**
 * One member of a group during sampling.
 *
 * @param group index of its prompt in the call
 * @param completion the sampled tokens
 */
record RunningSequence(int group, RunningCompletion completion) {

    /** Returns the token whose keys and values are not cached yet. */
    int lastToken() {
        return completion.lastToken();
    }

    /** Returns the number of cached positions after the first sampled token: all but the last. */
    int cached() {
        return completion.lastPosition();
    }
}
