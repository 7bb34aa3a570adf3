package org.rpt4j.bench.extract;

import java.util.List;
import org.rpt4j.api.error.ConfigurationException;

/**
 * A text whose characters may be read only so many times, so that a regular expression from a file cannot take hours on
 * what a model wrote. Not thread-safe.
 */
final class BoundedText implements CharSequence {

    private static final long READS_PER_CHARACTER = 2000;
    private static final long FEWEST_READS = 1_000_000;

    private final String text;
    private final String rule;
    private long left;

    /**
     * Wraps a text.
     *
     * @param rule name of the rule that reads it, for the error
     */
    BoundedText(String text, String rule) {
        this.text = text;
        this.rule = rule;
        this.left = Math.max(FEWEST_READS, READS_PER_CHARACTER * text.length());
    }

    /** The error for a pattern that does not come to an end. */
    static ConfigurationException tooMuch(String rule, int length) {
        return new ConfigurationException(List.of("The pattern of the reading \"" + rule
                + "\" takes too much work on a response of " + length
                + " characters. Write it without nested repetitions, such as (a*)*."));
    }

    @Override
    public char charAt(int index) {
        if (--left < 0) {
            throw tooMuch(rule, text.length());
        }
        return text.charAt(index);
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return text.substring(start, end);
    }

    @Override
    public String toString() {
        return text;
    }
}
