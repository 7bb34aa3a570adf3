package org.rpt4j.answers;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.core.corpus.Row;

/**
 * The choices of a row. Published files have them as a list of texts, as two lists {@code text} and {@code label}, as a
 * list of objects with {@code text} and {@code label}, as an object of texts by label, or as one field each.
 *
 * @param texts the texts in order
 * @param labels the labels of the file; empty if it has none
 */
record Choices(List<String> texts, List<String> labels) {

    static Choices of(Row row, List<String> fields) {
        Choices choices = fields.size() == 1 ? ofOne(row, fields.get(0)) : ofSeveral(row, fields);
        if (choices.texts.size() < 2) {
            throw new CorpusException("Corpus " + row.place() + " has " + choices.texts.size() + " choices in " + fields
                    + ", must have at least 2. Name other fields, or tolerate bad lines.");
        }
        if (choices.texts.stream().anyMatch(String::isBlank)) {
            throw new CorpusException("Corpus " + row.place() + ": a choice in " + fields
                    + " is blank. Fill it in, or tolerate bad lines.");
        }
        return choices;
    }

    /** The index of the choice that an answer names. */
    int index(String answer, QuestionOptions.ChoiceAnswer how, Row row) {
        int index = switch (how) {
            case TEXT -> texts.indexOf(answer);
            case NUMBER_FROM_0 -> number(answer);
            case NUMBER_FROM_1 -> number(answer) - 1;
            case LABEL -> labels.isEmpty() ? letter(answer) : labels.indexOf(answer);
        };
        if (index < 0 || index >= texts.size()) {
            throw new CorpusException("Corpus " + row.place() + ": the answer \"" + answer + "\" is none of the "
                    + texts.size() + " choices by " + how + (labels.isEmpty() ? "" : ", with the labels " + labels)
                    + ". Set how the answer names its choice, or tolerate bad lines.");
        }
        if (how == QuestionOptions.ChoiceAnswer.TEXT && texts.lastIndexOf(answer) != index) {
            throw new CorpusException(
                    "Corpus " + row.place() + ": the answer \"" + answer + "\" is the text of two choices.");
        }
        return index;
    }

    private static int number(String answer) {
        return answer.matches("[0-9]{1,3}") ? Integer.parseInt(answer) : -1;
    }

    private static int letter(String answer) {
        String upper = answer.toUpperCase(Locale.ROOT);
        return upper.length() == 1 ? upper.charAt(0) - 'A' : -1;
    }

    private static Choices ofSeveral(Row row, List<String> fields) {
        List<String> texts = new ArrayList<>();
        for (String field : fields) {
            texts.add(row.text(field).strip());
        }
        // Tables pad questions that have fewer choices with empty fields at the end.
        while (!texts.isEmpty() && texts.get(texts.size() - 1).isEmpty()) {
            texts.remove(texts.size() - 1);
        }
        return new Choices(texts, List.of());
    }

    private static Choices ofOne(Row row, String field) {
        Object value = row.value(field);
        if (value instanceof Map<?, ?> map && map.get("text") instanceof List<?> entries) {
            List<String> labels = map.get("label") instanceof List<?> list ? texts(list, field, row) : List.of();
            return labelled(texts(entries, field, row), labels, field, row);
        }
        if (value instanceof Map<?, ?> map) {
            List<String> labels = map.keySet().stream().map(String::valueOf).toList();
            return labelled(texts(List.copyOf(map.values()), field, row), labels, field, row);
        }
        if (value instanceof List<?> list) {
            boolean objects = !list.isEmpty() && list.stream().allMatch(Map.class::isInstance);
            if (!objects) {
                return new Choices(texts(list, field, row), List.of());
            }
            List<@Nullable Object> entries = new ArrayList<>();
            List<@Nullable Object> labels = new ArrayList<>();
            for (Object entry : list) {
                entries.add(((Map<?, ?>) entry).get("text"));
                labels.add(((Map<?, ?>) entry).get("label"));
            }
            boolean without = labels.stream().allMatch(Objects::isNull);
            return labelled(texts(entries, field, row), without ? List.of() : texts(labels, field, row), field, row);
        }
        throw new CorpusException("Corpus " + row.place() + ": field \"" + field + "\" "
                + (value == null ? "is missing" : "is one text")
                + ", and the choices are a list, or have a field each. The row has "
                + row.values().keySet() + ".");
    }

    private static Choices labelled(List<String> texts, List<String> labels, String field, Row row) {
        if (!labels.isEmpty() && labels.size() != texts.size()) {
            throw new CorpusException("Corpus " + row.place() + ": field \"" + field + "\" has " + texts.size()
                    + " texts and " + labels.size() + " labels.");
        }
        return new Choices(texts, labels);
    }

    private static List<String> texts(List<? extends @Nullable Object> entries, String field, Row row) {
        List<String> texts = new ArrayList<>();
        for (Object entry : entries) {
            String text = entry == null ? null : Row.textOf(entry);
            if (text == null) {
                throw new CorpusException("Corpus " + row.place() + ": an entry of field \"" + field + "\" is "
                        + (entry == null ? "null" : "no text") + ". Name a field with the texts of the choices.");
            }
            texts.add(text.strip());
        }
        return texts;
    }
}
