package org.rpt4j.run.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Suggestion;
import org.rpt4j.run.config.section.Sections;

/**
 * Names found in the environment and among the system properties, which other programs share. An unknown name is
 * rejected only if it starts with the name of a section, looks like a misspelled key, or is a former name.
 */
final class ForeignNames {

    private static final String VARIABLES = "RPT4J_";
    private static final String PROPERTIES = "rpt4j.";

    private ForeignNames() {}

    /** Returns the key of an environment variable. */
    static Optional<String> environment(String variable, List<String> problems) {
        if (!variable.startsWith(VARIABLES)) {
            return Optional.empty();
        }
        List<String> names =
                Sections.keys().stream().map(Key::environmentVariable).toList();
        return find(
                VARIABLES,
                variable,
                names,
                section -> VARIABLES + section.toUpperCase(Locale.ROOT).replace('-', '_') + "_",
                "environment " + variable,
                problems);
    }

    /** Returns the key of a system property. */
    static Optional<String> systemProperty(String property, List<String> problems) {
        if (!property.startsWith(PROPERTIES)) {
            return Optional.empty();
        }
        List<String> names = Sections.keys().stream().map(Key::systemProperty).toList();
        return find(
                PROPERTIES,
                property,
                names,
                section -> PROPERTIES + section + ".",
                "system property " + property,
                problems);
    }

    private static Optional<String> find(
            String prefix,
            String name,
            List<String> names,
            UnaryOperator<String> ofSection,
            String origin,
            List<String> problems) {
        int index = names.indexOf(name);
        if (index >= 0) {
            return Optional.of(Sections.keys().get(index).name());
        }
        int start = prefix.length();
        boolean inSection =
                Sections.all().stream().anyMatch(section -> name.startsWith(ofSection.apply(section.name())));
        Optional<String> near = FormerNames.of(name, ofSection, names)
                .or(() -> Suggestion.of(
                                name.substring(start),
                                names.stream()
                                        .map(known -> known.substring(start))
                                        .toList())
                        .map(rest -> prefix + rest));
        if (inSection || near.isPresent()) {
            problems.add(origin + ": unknown key."
                    + near.map(suggestion -> " Did you mean " + suggestion + "?")
                            .orElse(" Remove it."));
        }
        return Optional.empty();
    }
}
