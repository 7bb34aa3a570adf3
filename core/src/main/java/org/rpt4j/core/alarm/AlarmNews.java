package org.rpt4j.core.alarm;

/**
 * An alarm was raised or cleared.
 *
 * @param alarm which
 * @param raised whether it is on now
 * @param message what was seen, against what, and what to do
 */
public record AlarmNews(Alarm alarm, boolean raised, String message) {}
