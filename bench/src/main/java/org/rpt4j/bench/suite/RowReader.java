package org.rpt4j.bench.suite;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import org.rpt4j.answers.compare.LastBox;
import org.rpt4j.bench.extract.Response;
import org.rpt4j.core.corpus.Row;

/** Makes questions of rows, and refuses every row that is none. Stateless. */
final class RowReader {

    private static final int MOST_CHOICES = 26;
    private static final int SHOWN = 60;

    private final AnswerKind kind;
    private final QuestionFields fields;

    RowReader(AnswerKind kind, QuestionFields fields) {
        this.kind = kind;
        this.fields = fields;
    }

    /** Reads a row; a question without an id has that of its row. */
    SuiteQuestion read(Row row) throws RowException {
        String id = fields.id().isPresent() ? required("id", fields.id().get(), row) : row.id();
        String text = required("question", fields.question(), row);
        List<String> choices = choices(row);
        String answer = kind == AnswerKind.CHOICE ? letter(row, choices) : answer(row);
        Map<String, List<String>> categories = new LinkedHashMap<>();
        fields.categories().forEach(level -> categories.put(level.name(), level.of(row)));
        return new SuiteQuestion(id, text, choices, answer, worked(row), categories);
    }

    /** Whether a row has the fields that a question needs, whatever they hold. */
    boolean recognises(Row row) {
        boolean answered = fields.answer().flatMap(path -> path.in(row)).isPresent()
                || fields.box().flatMap(path -> path.in(row)).isPresent();
        return answered
                && fields.question().in(row).filter(String.class::isInstance).isPresent()
                && fields.choices().stream()
                        .allMatch(path ->
                                path.in(row).filter(List.class::isInstance).isPresent())
                && (fields.id().isEmpty() || fields.id().get().in(row).isPresent());
    }

    private static String required(String what, FieldPath path, Row row) throws RowException {
        Object value = path.in(row).orElse(null);
        if (value == null) {
            throw new RowException("the field \"" + path + "\", its " + what + ", is missing");
        }
        if (!(value instanceof String || value instanceof Number)) {
            throw new RowException("the field \"" + path + "\", its " + what + ", is " + shown(value) + ", not a text");
        }
        String text = FieldPath.text(value);
        if (text.isEmpty()) {
            throw new RowException("the field \"" + path + "\", its " + what + ", is empty");
        }
        return text;
    }

    private List<String> choices(Row row) throws RowException {
        if (fields.choices().isEmpty()) {
            return List.of();
        }
        List<String> choices =
                fields.choices().size() == 1 ? listed(fields.choices().get(0), row) : apart(row);
        choices.removeIf(choice -> fields.noChoice().equals(Optional.of(choice)));
        if (choices.contains("")) {
            throw new RowException("its choice " + Response.letter(choices.indexOf("")) + " is empty or not a text");
        }
        if (choices.size() < 2 || choices.size() > MOST_CHOICES) {
            throw new RowException(
                    "it has " + choices.size() + " choices; from 2 to " + MOST_CHOICES + " are possible");
        }
        return choices;
    }

    private static List<String> listed(FieldPath path, Row row) throws RowException {
        Object value = path.in(row).orElse(null);
        if (!(value instanceof List<?> list)) {
            throw new RowException("the field \"" + path + "\", its choices, is "
                    + (value == null ? "missing" : shown(value) + ", not a list"));
        }
        if (list.size() > MOST_CHOICES) {
            throw new RowException("it has " + list.size() + " choices; from 2 to " + MOST_CHOICES + " are possible");
        }
        return new ArrayList<>(FieldPath.texts(list));
    }

    /** One field for each choice; a question with fewer choices leaves the last ones empty. */
    private List<String> apart(Row row) {
        List<String> choices = new ArrayList<>();
        for (FieldPath path : fields.choices()) {
            choices.add(path.in(row).map(FieldPath::text).orElse(""));
        }
        while (!choices.isEmpty() && choices.get(choices.size() - 1).isEmpty()) {
            choices.remove(choices.size() - 1);
        }
        return choices;
    }

    private String letter(Row row, List<String> choices) throws RowException {
        FieldPath path = fields.answer().orElseThrow();
        String answer = required("answer", path, row);
        int index = switch (fields.form()) {
            case LETTER -> answer.length() == 1 ? answer.charAt(0) - 'A' : -1;
            case INDEX -> answer.matches("[0-9]{1,3}") ? Integer.parseInt(answer) : -1;
            case LABEL -> labels(row, choices).indexOf(answer);
            case TEXT -> choices.indexOf(answer);
        };
        if (index < 0 || index >= choices.size()) {
            throw new RowException("its answer \"" + shorter(answer) + "\" names none of its " + choices.size()
                    + " choices"
                    + (fields.form() == AnswerForm.LETTER
                            ? ", which are A to " + Response.letter(choices.size() - 1)
                            : ""));
        }
        return Response.letter(index);
    }

    private List<String> labels(Row row, List<String> choices) throws RowException {
        FieldPath path = fields.labels().orElseThrow();
        Object value = path.in(row).orElse(null);
        if (!(value instanceof List<?> list) || list.size() != choices.size()) {
            throw new RowException("the field \"" + path + "\", the labels of its choices, is "
                    + (value == null ? "missing" : shown(value)) + "; there are " + choices.size() + " choices");
        }
        return FieldPath.texts(list);
    }

    private String answer(Row row) throws RowException {
        if (fields.answer().isPresent()
                && (fields.box().isEmpty() || fields.answer().get().in(row).isPresent())) {
            return matched(required("answer", fields.answer().get(), row));
        }
        FieldPath path = fields.box().orElseThrow();
        String solution = required("solution", path, row);
        return LastBox.of(solution)
                .filter(box -> !box.isEmpty())
                .orElseThrow(
                        () -> new RowException("the field \"" + path + "\", its solution, has no \\boxed{answer}"));
    }

    private String matched(String answer) throws RowException {
        if (fields.pattern().isEmpty()) {
            return answer;
        }
        Matcher matcher = fields.pattern().get().matcher(answer);
        String found = "";
        try {
            while (matcher.find()) {
                found = matcher.group(1) == null ? "" : matcher.group(1).strip();
            }
        } catch (StackOverflowError e) {
            throw new RowException("its answer \"" + shorter(answer) + "\" is too long for the pattern "
                    + matcher.pattern() + ", which repeats a group too often");
        }
        if (found.isEmpty()) {
            throw new RowException("its answer \"" + shorter(answer) + "\" does not match " + matcher.pattern());
        }
        return found;
    }

    private String worked(Row row) {
        String worked = fields.worked()
                .flatMap(path -> path.in(row))
                .map(FieldPath::text)
                .orElse("");
        return worked.startsWith(fields.workedPrefix())
                ? worked.substring(fields.workedPrefix().length())
                : worked;
    }

    private static String shown(Object value) {
        if (value instanceof List<?> list) {
            return "a list of " + list.size();
        }
        return value instanceof Map ? "an object" : shorter(String.valueOf(value));
    }

    private static String shorter(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }
}
