package org.rpt4j.run.config.key;

import java.util.function.Predicate;

/**
 * When a key has an effect. One that is given and has none is told, not refused, since a value of another key may have
 * been replaced from the command line.
 *
 * @param condition in words; empty for always
 * @param test of the other values
 */
public record Relevance(String condition, Predicate<Values> test) {

    static final Relevance ALWAYS = new Relevance("", values -> true);
}
