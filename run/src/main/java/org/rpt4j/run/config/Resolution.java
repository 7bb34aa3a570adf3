package org.rpt4j.run.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.run.config.key.Default;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Suggestion;
import org.rpt4j.run.config.section.Contradictions;
import org.rpt4j.run.config.section.Sections;
import org.rpt4j.run.config.source.Given;

/** Turns texts into values and collects every error. */
final class Resolution {

    private final List<String> problems;
    private final Set<Key<?>> used;
    private final Set<Key<?>> required;
    private final Map<Key<?>, GivenValues.One> values = new HashMap<>();
    private final Set<Key<?>> broken = new HashSet<>();

    Resolution(List<String> problems, Collection<Key<?>> used, Collection<Key<?>> required) {
        this.problems = new ArrayList<>(problems);
        this.used = Set.copyOf(used);
        this.required = Set.copyOf(required);
    }

    RunConfiguration resolve(Collection<Given> given) {
        given.forEach(this::read);
        Sections.keys().stream().filter(used::contains).forEach(this::require);
        GivenValues resolved = new GivenValues(values);
        Contradictions.refusals(resolved).stream()
                .filter(refusal -> used.containsAll(refusal.keys()))
                .filter(refusal -> refusal.keys().stream().noneMatch(this::restsOnBroken))
                .forEach(refusal -> problems.add(
                        refusal.keys().stream().map(resolved::describe).collect(Collectors.joining(" and ")) + ": "
                                + refusal.reason()));
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return new RunConfiguration(resolved);
    }

    private void read(Given given) {
        Optional<Key<?>> key = Sections.find(given.name());
        if (key.isEmpty()) {
            problems.add(given.origin() + ": unknown key " + given.name() + ". " + help(given.name()));
            return;
        }
        try {
            values.put(key.get(), new GivenValues.One(parse(key.get(), given), given.origin()));
        } catch (IllegalArgumentException e) {
            broken.add(key.get());
            problems.add(given.origin() + ": " + given.name() + ": " + e.getMessage() + unit(key.get()));
        }
    }

    private static <T> Object parse(Key<T> key, Given given) {
        return given.isList()
                ? key.type().parse(given.texts())
                : key.type().parse(given.texts().get(0));
    }

    private static String unit(Key<?> key) {
        return key.text().unit().isEmpty() ? "." : " (in " + key.text().unit() + ").";
    }

    private static String help(String name) {
        List<String> names = Sections.keys().stream().map(Key::name).toList();
        return FormerNames.of(name, section -> section + ".", names)
                .or(() -> Suggestion.of(name, names))
                .map(near -> "Did you mean " + near + "?")
                .or(() -> Sections.sectionOf(name)
                        .map(section -> "Known keys: "
                                + section.keys().stream().map(Key::name).collect(Collectors.joining(", ")) + "."))
                .orElseGet(() -> "Sections: "
                        + Sections.all().stream().map(Section::name).collect(Collectors.joining(", ")) + ".");
    }

    private void require(Key<?> key) {
        boolean needed = key.byDefault() instanceof Default.Required || required.contains(key);
        if (needed && !values.containsKey(key) && broken.add(key)) {
            problems.add(key.name() + " has no value and no default. Set it with --" + key.name()
                    + " on the command line, in a file, as " + key.environmentVariable()
                    + " in the environment, as the system property " + key.systemProperty() + ", or in code.");
        }
    }

    /** The default may derive from a key whose value could not be read. */
    private boolean restsOnBroken(Key<?> key) {
        if (broken.contains(key) || values.containsKey(key)) {
            return broken.contains(key);
        }
        return key.byDefault() instanceof Default.Derived<?> derived && restsOnBroken(derived.from());
    }
}
