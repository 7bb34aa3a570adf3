package org.rpt4j.run.config;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.rpt4j.run.config.key.Default;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.section.ObjectiveKeys;
import org.rpt4j.run.config.section.Sections;

/** Settings that are valid but worth a look. */
final class Notes {

    private Notes() {}

    static List<String> of(GivenValues values) {
        List<String> notes = new ArrayList<>();
        for (Section section : Sections.all()) {
            for (Key<?> key : section.keys()) {
                if (values.isGiven(key)) {
                    addOverride(notes, key, values);
                    addIrrelevance(notes, key, section, values);
                }
            }
        }
        return notes;
    }

    private static <T> void addOverride(List<String> notes, Key<T> key, GivenValues values) {
        if (key.byDefault() instanceof Default.Derived<T> derived && ObjectiveKeys.hold(derived.from())) {
            T usual = derived.value().apply(values);
            if (!values.get(key).equals(usual)) {
                notes.add(values.describe(key) + " overrides " + key.type().format(usual) + " from "
                        + derived.describe());
            }
        }
    }

    private static void addIrrelevance(List<String> notes, Key<?> key, Section section, GivenValues values) {
        Stream.of(section.relevance(), key.relevance())
                .filter(relevance -> !relevance.test().test(values))
                .findFirst()
                .ifPresent(relevance -> notes.add(
                        values.describe(key) + " has no effect: it takes effect if " + relevance.condition()));
    }
}
