package org.rpt4j.core.train;

/**
 * Wall-clock time of the phases of a step, in seconds.
 *
 * @param sampling prompts and rollouts
 * @param grading extraction and verification
 * @param learning advantages, forward, backward and update
 */
public record PhaseSeconds(double sampling, double grading, double learning) {}
