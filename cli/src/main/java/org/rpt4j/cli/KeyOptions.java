package org.rpt4j.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rpt4j.run.config.RunConfigurationBuilder;
import org.rpt4j.run.config.key.Default;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.section.Sections;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * Makes the options of a command from the keys that it uses. An option has the full name of its key, such as {@code
 * --training.steps}. If no other key of the configuration ends like it, the last part is a name, too: {@code --steps}.
 */
final class KeyOptions {

    /** Where a value came from, in messages and in the record of a run. */
    static final String ORIGIN = "command line";

    private static final String PREFIX = "--";

    private KeyOptions() {}

    /** Gives a command its options, grouped by section. */
    static void addTo(CommandSpec command, List<Key<?>> keys) {
        int order = command.options().size();
        for (Section section : Sections.all()) {
            List<Key<?>> used = section.keys().stream().filter(keys::contains).toList();
            if (!used.isEmpty()) {
                ArgGroupSpec.Builder group = ArgGroupSpec.builder()
                        .heading("%n" + section.title() + ":%n")
                        .exclusive(false)
                        .validate(false)
                        .order(order);
                for (Key<?> key : used) {
                    group.addArg(option(key, order++));
                }
                command.addArgGroup(group.build());
            }
        }
    }

    private static OptionSpec option(Key<?> key, int order) {
        return OptionSpec.builder(names(key).toArray(String[]::new))
                .type(List.class)
                .auxiliaryTypes(String.class)
                .arity("1")
                .paramLabel("VALUE")
                .description(description(key).replace("%", "%%"))
                .order(order)
                .build();
    }

    /** The names of the option of a key, the full one last. */
    static List<String> names(Key<?> key) {
        boolean alone = Sections.keys().stream()
                .allMatch(other -> other == key || !last(other).equals(last(key)));
        return alone ? List.of(PREFIX + last(key), name(key)) : List.of(name(key));
    }

    /** The full name of the option of a key. */
    static String name(Key<?> key) {
        return PREFIX + key.name();
    }

    private static String last(Key<?> key) {
        return key.name().substring(key.name().indexOf('.') + 1);
    }

    /** What the key says of itself: meaning, condition, values and default. */
    static String description(Key<?> key) {
        String condition = key.relevance().condition();
        String unit = key.text().unit();
        return key.text().description()
                + (condition.isEmpty() ? "" : " Takes effect if " + condition + ".")
                + " Value: "
                + key.type().describe()
                + (unit.isEmpty() ? "" : " (" + unit + ")")
                + "; "
                + byDefault(key)
                + ".";
    }

    private static <T> String byDefault(Key<T> key) {
        if (key.byDefault() instanceof Default.Fixed<T> fixed) {
            String value = key.type().format(fixed.value()).replace("\n", "\\n");
            return "default " + (value.isEmpty() ? "none" : value);
        }
        if (key.byDefault() instanceof Default.Derived<T> derived) {
            return "default from " + derived.describe();
        }
        return key.byDefault() instanceof Default.Absent<T> absent ? "without it, " + absent.meaning() : "required";
    }

    /** The values that were typed, by the name of their key. */
    static Map<String, List<String>> typed(ParseResult command) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (Key<?> key : Sections.keys()) {
            if (command.hasMatchedOption(name(key))) {
                values.put(
                        key.name(),
                        new ArrayList<>(command.matchedOption(name(key)).stringValues()));
            }
        }
        return values;
    }

    /** Sets a value that was typed once, or a list that was typed one element at a time. */
    static void set(RunConfigurationBuilder builder, String key, List<String> values) {
        if (values.size() == 1) {
            builder.set(key, values.get(0), ORIGIN);
        } else {
            builder.set(key, values, ORIGIN);
        }
    }
}
