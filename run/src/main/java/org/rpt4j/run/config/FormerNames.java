package org.rpt4j.run.config;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Sections that were renamed, or lost a key to another. The error for a former name suggests the present one. */
final class FormerNames {

    private static final Map<String, String> SECTIONS =
            Map.of("control", "baseline", "alarms", "health", "baseline", "training");

    private FormerNames() {}

    /**
     * Returns the current name for a former one.
     *
     * @param prefix maps a section to the prefix of its keys, in the same notation as the names
     * @param names every current name, in this notation
     */
    static Optional<String> of(String name, UnaryOperator<String> prefix, Collection<String> names) {
        return SECTIONS.entrySet().stream()
                .filter(section -> name.startsWith(prefix.apply(section.getKey())))
                .map(section -> prefix.apply(section.getValue())
                        + name.substring(prefix.apply(section.getKey()).length()))
                .filter(names::contains)
                .findFirst();
    }
}
