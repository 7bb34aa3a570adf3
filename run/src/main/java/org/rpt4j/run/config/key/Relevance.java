package org.rpt4j.run.config.key;

import java.util.function.Predicate;

/**
 * When a key takes effect. A value without effect is reported, not rejected, since the command line may have overridden
 * the other key.
 *
 * @param condition in words; empty for always
 * @param test predicate on the other values
 * @since 0.1.0
 */
public record Relevance(String condition, Predicate<Values> test) {

    static final Relevance ALWAYS = new Relevance("", values -> true);
}
