package org.rpt4j.backend.jni;

import org.rpt4j.spi.kit.RunningCompletion;

/**
 * One rollout while it is being sampled: a node of the cache below that of its prompt.
 *
 * @param group what became of the rollouts of its prompt
 * @param node its node of the cache
 * @param completion what has been sampled
 */
record RunningRow(RunningGroup group, int node, RunningCompletion completion) {

    /** The node whose last token predicts the next one: the prompt's at first. */
    int predictingNode() {
        return completion.length() == 0 ? group.node() : node;
    }

    int lastToken() {
        return completion.lastToken();
    }

    double nextUniform() {
        return completion.nextUniform();
    }
}
