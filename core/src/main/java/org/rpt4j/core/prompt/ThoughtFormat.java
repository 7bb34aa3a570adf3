package org.rpt4j.core.prompt;

import org.rpt4j.core.tokenize.ThoughtMarkers;
import org.rpt4j.core.tokenize.Tokenizer;

/**
 * How a model writes its thought. Prompts, the end of a rollout and the extraction of its prediction must agree on it.
 *
 * @param rule what has to stand before a box
 * @param markers what opens and closes a thought
 * @since 0.1.0
 */
public record ThoughtFormat(ThoughtRule rule, ThoughtMarkers markers) {

    /** A rule with the markers of a tokenizer. */
    public static ThoughtFormat of(ThoughtRule rule, Tokenizer tokenizer) {
        return new ThoughtFormat(rule, tokenizer.thoughtMarkers());
    }

    /** {@link ThoughtRule#MARKED} with the markers of a tokenizer. */
    public static ThoughtFormat marked(Tokenizer tokenizer) {
        return of(ThoughtRule.MARKED, tokenizer);
    }

    /** The same markers under another rule. */
    public ThoughtFormat with(ThoughtRule other) {
        return new ThoughtFormat(other, markers);
    }
}
