package org.rpt4j.bench.result;

/**
 * A rule by which responses were read.
 *
 * @param name its name
 * @param says what it does
 * @since 0.1.0
 */
public record Reading(String name, String says) {}
