package org.rpt4j.run.directory;

/**
 * How a run ended: the content of {@code outcome.json}.
 *
 * @param outcome {@code COMPLETED}, {@code CANCELLED} or {@code FAILED}
 * @param detail for people: what was done, or the error
 * @param seconds wall-clock time
 */
public record RunOutcomeRecord(String outcome, String detail, double seconds) {}
