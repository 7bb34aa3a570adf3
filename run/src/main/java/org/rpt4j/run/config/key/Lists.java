package org.rpt4j.run.config.key;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.commons.configuration2.convert.DefaultListDelimiterHandler;

/**
 * List types for keys. YAML and JSON provide real lists, whose elements are taken verbatim. Elsewhere a comma separates
 * the elements, and {@code \,} is a literal comma.
 *
 * @since 0.1.0
 */
public final class Lists {

    private static final DefaultListDelimiterHandler COMMA = new DefaultListDelimiterHandler(',');

    private Lists() {}

    /** Lists with at least one element. */
    public static <T> ValueType<List<T>> of(ValueType<T> element) {
        return new ListType<>(element, false);
    }

    /** Lists that may be empty; an empty text is an empty list. */
    public static <T> ValueType<List<T>> ofAny(ValueType<T> element) {
        return new ListType<>(element, true);
    }

    private record ListType<T>(ValueType<T> element, boolean mayBeEmpty) implements ValueType<List<T>> {

        @Override
        public List<T> parse(String text) {
            Collection<String> parts = text.isBlank() ? List.of() : COMMA.split(text, true);
            return parse(List.copyOf(parts));
        }

        @Override
        public List<T> parse(List<String> elements) {
            if (elements.isEmpty() && !mayBeEmpty) {
                throw new IllegalArgumentException("the list is empty, must be: " + describe());
            }
            return elements.stream().map(element::parse).toList();
        }

        @Override
        public String format(List<T> value) {
            return value.stream()
                    .map(one -> String.valueOf(COMMA.escape(element.format(one), text -> text)))
                    .collect(Collectors.joining(", "));
        }

        @Override
        public String describe() {
            return "list of: " + element.describe();
        }
    }
}
