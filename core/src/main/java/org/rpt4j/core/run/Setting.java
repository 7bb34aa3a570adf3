package org.rpt4j.core.run;

/**
 * One setting as it took effect.
 *
 * @param name its name
 * @param value its effective value
 * @param source where the value came from, such as {@code command line}, {@code default} or a file
 */
public record Setting(String name, String value, String source) {}
