package org.rpt4j.run.config;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Sections that had another name once: a configuration that still has it is told the new one. */
final class FormerNames {

    private static final Map<String, String> SECTIONS = Map.of("control", "baseline", "alarms", "health");

    private FormerNames() {}

    /**
     * The present name of what had another one.
     *
     * @param prefix from a section to what the names of its keys begin with, in the form that the names have
     * @param names every present name, in this form
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
