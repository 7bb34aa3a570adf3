package org.rpt4j.bench.suite;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.rpt4j.core.corpus.Row;

/**
 * Where a value stands in a row, as {@link Row#value} takes it, such as {@code choices.text}. Paths with a bar between
 * them are alternatives, of which the first that the row has counts: {@code subject|type}.
 *
 * @param written as it stands in a suite file
 */
record FieldPath(String written) {

    private static final String ALTERNATIVES = "\\|";

    FieldPath {
        if (Arrays.stream(written.split(ALTERNATIVES, -1)).anyMatch(String::isBlank)) {
            throw new IllegalArgumentException(
                    "\"" + written + "\" is not the name of a field, such as answer, choices.text or subject|type");
        }
    }

    /** The value; empty if it is missing or null. */
    Optional<Object> in(Row row) {
        return Arrays.stream(written.split(ALTERNATIVES))
                .map(row::value)
                .filter(Objects::nonNull)
                .findFirst();
    }

    /** The text of a value, without white space around it; empty if it is no text and no number. */
    static String text(Object value) {
        if (value instanceof BigDecimal number) {
            // JSON keeps the zeros that another format of the same file does not have.
            return number.scale() > 0 ? number.stripTrailingZeros().toPlainString() : number.toPlainString();
        }
        String text = value instanceof String || value instanceof Number ? Row.textOf(value) : null;
        return text == null ? "" : text.strip();
    }

    /** The texts of a list; an entry that is none is empty. */
    static List<String> texts(List<?> list) {
        return list.stream().map(entry -> entry == null ? "" : text(entry)).toList();
    }

    @Override
    public String toString() {
        return written;
    }
}
