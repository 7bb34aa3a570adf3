package org.rpt4j.backend.djl;

import org.rpt4j.spi.kit.RunningCompletion;

/**
 * One rollout during sampling, as a row of its group.
 *
 * @param group the group, which has a slot in the cache
 * @param completion the sampled tokens
 */
record RunningRow(RunningGroup group, RunningCompletion completion) {}
