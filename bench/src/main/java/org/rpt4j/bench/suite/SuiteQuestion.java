package org.rpt4j.bench.suite;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A question of a benchmark.
 *
 * @param id its id in the file, or its number
 * @param text what is asked
 * @param choices the choices in the order of their letters; empty if it has none
 * @param answer the right answer: a letter, a number, a formula or a text
 * @param worked a worked solution; empty if the file has none
 * @param categories its categories by the name of the level, each at least one
 * @since 0.1.0
 */
public record SuiteQuestion(
        String id,
        String text,
        List<String> choices,
        String answer,
        String worked,
        Map<String, List<String>> categories) {

    public SuiteQuestion {
        choices = List.copyOf(choices);
        categories = Collections.unmodifiableMap(new LinkedHashMap<>(categories));
    }

    /** The first category of the first level; empty if the suite has no levels. */
    String category() {
        return categories.values().stream()
                .findFirst()
                .map(names -> names.get(0))
                .orElse("");
    }
}
