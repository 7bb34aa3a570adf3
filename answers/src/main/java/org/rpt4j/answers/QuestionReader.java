package org.rpt4j.answers;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.core.corpus.Row;

/** Makes the question of a row. Immutable and thread-safe. */
final class QuestionReader {

    private final QuestionOptions options;
    private final AnswerText answers;

    QuestionReader(QuestionOptions options) {
        this.options = options;
        this.answers = new AnswerText(options);
    }

    /**
     * The question of a row.
     *
     * @throws CorpusException if the row has none; the message says what is missing
     */
    Question question(Row row) {
        String text = row.text(options.questionField());
        if (text.isBlank()) {
            throw new CorpusException("Corpus " + row.place() + ": the question in field \"" + options.questionField()
                    + "\" is blank. Fill it in, or tolerate bad lines.");
        }
        String id = options.idField().isEmpty()
                ? row.id()
                : row.file() + "#" + row.text(options.idField()).strip();
        String category = category(row);
        try {
            if (options.choicesFields().isEmpty()) {
                return new Question(id, text, List.of(), new GoldAnswer(forms(row)), category);
            }
            Choices choices = Choices.of(row, options.choicesFields());
            int right = choices.index(answers.of(row.text(options.answerField()), row), options.choiceAnswer(), row);
            String rightText = choices.texts().get(right);
            return new Question(
                    id, text, choices.texts(), new GoldAnswer(List.of(Question.letter(right), rightText)), category);
        } catch (IllegalArgumentException e) {
            throw new CorpusException("Corpus " + row.place() + " holds no question: " + e.getMessage() + ".", e);
        }
    }

    private @Nullable String category(Row row) {
        if (options.categoryField().isEmpty()) {
            return null;
        }
        String category = row.text(options.categoryField()).strip();
        return category.isEmpty() ? null : category;
    }

    private List<String> forms(Row row) {
        if (!(row.value(options.answerField()) instanceof List<?> list)) {
            return List.of(answers.of(row.text(options.answerField()), row));
        }
        Set<String> forms = new LinkedHashSet<>();
        for (Object entry : list) {
            String text = entry == null ? null : Row.textOf(entry);
            if (text == null) {
                throw new CorpusException("Corpus " + row.place() + ": an entry of field \"" + options.answerField()
                        + "\" is " + (entry == null ? "null" : "no text") + ". Name a field with texts.");
            }
            forms.add(answers.of(text, row));
        }
        if (forms.isEmpty()) {
            throw new CorpusException("Corpus " + row.place() + ": the list in field \"" + options.answerField()
                    + "\" is empty. Fill it in, or tolerate bad lines.");
        }
        return new ArrayList<>(forms);
    }
}
