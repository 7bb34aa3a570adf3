package org.rpt4j.inference;

import java.util.List;

/**
 * Where a policy thought in a text, in order.
 *
 * @param thoughts one per thought
 * @since 0.1.0
 */
public record Trace(List<Thought> thoughts) {

    public Trace {
        thoughts = List.copyOf(thoughts);
    }

    /** Number of thoughts with an outcome. */
    public int count(ThoughtOutcome outcome) {
        return (int) thoughts.stream()
                .filter(thought -> thought.outcome() == outcome)
                .count();
    }
}
