package org.rpt4j.bench.suite;

import java.util.Arrays;
import java.util.List;
import org.rpt4j.core.corpus.Row;

/**
 * One way to sort questions into categories: a field, or several that are joined by slashes, such as
 * {@code discipline/field}.
 *
 * @param name as it stands in the suite file
 * @param fields the fields
 */
record CategoryLevel(String name, List<FieldPath> fields) {

    /** The category of questions that name none. */
    static final String NONE = "(none)";

    static CategoryLevel of(String written) {
        return new CategoryLevel(
                written,
                Arrays.stream(written.split("/", -1)).map(FieldPath::new).toList());
    }

    /** The categories of a row: more than one if a field is a list. */
    List<String> of(Row row) {
        List<String> names = List.of("");
        for (FieldPath field : fields) {
            List<String> values = values(field.in(row).orElse(""));
            List<String> before = names;
            names = values.stream()
                    .flatMap(value -> before.stream().map(name -> name.isEmpty() ? value : name + "/" + value))
                    .toList();
        }
        return names;
    }

    private static List<String> values(Object value) {
        List<String> values = value instanceof List<?> list ? FieldPath.texts(list) : List.of(FieldPath.text(value));
        List<String> named =
                values.stream().filter(text -> !text.isEmpty()).distinct().toList();
        return named.isEmpty() ? List.of(NONE) : named;
    }
}
