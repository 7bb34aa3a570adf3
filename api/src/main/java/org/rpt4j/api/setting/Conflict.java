package org.rpt4j.api.setting;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Values that are each allowed but conflict with each other.
 *
 * @param values the conflicting settings with their values
 * @param reason why they conflict and what to do, in whole sentences
 * @since 0.1.0
 */
public record Conflict(List<Assigned> values, String reason) {

    public Conflict {
        values = List.copyOf(values);
    }

    /** In words, such as {@code startStep is 20 and steps is 10: the run would end before it starts}. */
    @Override
    public String toString() {
        return values.stream().map(Assigned::describe).collect(Collectors.joining(" and ")) + ": " + reason;
    }
}
