package org.rpt4j.backend.djl;

import org.rpt4j.spi.kit.RunningCompletion;

/**
 * One rollout while it is being sampled, as a row of its group.
 *
 * @param group the group, which has a slot in the cache
 * @param completion what has been sampled
 */
record RunningRow(RunningGroup group, RunningCompletion completion) {}
