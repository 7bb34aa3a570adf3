package org.rpt4j.run.config.section;

import java.util.List;
import org.rpt4j.answers.QuestionOptions;
import org.rpt4j.answers.QuestionOptions.AnswerPart;
import org.rpt4j.answers.QuestionOptions.ChoiceAnswer;
import org.rpt4j.api.setting.Range;
import org.rpt4j.core.corpus.RowFiles;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Lists;
import org.rpt4j.run.config.key.Numbers;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Texts;
import org.rpt4j.run.config.key.Values;

/**
 * The keys {@code answers.*}: questions with answers that can be verified.
 *
 * @since 0.1.0
 */
public final class AnswerKeys {

    private static final Section.Builder KEYS = Section.of("answers", "Questions with verifiable answers")
            .onlyWith("tasks.kind is answers", TaskKeys::areAnswers);

    public static final Key<List<String>> PATHS = KEYS.key("paths", Lists.of(Texts.GLOB))
            .says("Files of questions, or globs: JSON Lines, a JSON array, Parquet, CSV or TSV, plain or compressed."
                    + " corpus.held-out-share and corpus.split-seed say which questions are held out, and"
                    + " corpus.tolerated-bad-lines how many bad rows are skipped.")
            .orNothing("there are no questions");

    public static final Key<RowFiles.Format> FORMAT =
            KEYS.key("question-format", QuestionOptions.FORMAT).asDeclared();

    public static final Key<List<String>> COLUMNS = KEYS.key(
                    QuestionOptions.COLUMNS.name(), Lists.ofAny(Texts.NAME), QuestionOptions.COLUMNS)
            .asDeclared();

    public static final Key<String> QUESTION_FIELD =
            KEYS.key(QuestionOptions.QUESTION_FIELD).asDeclared();

    public static final Key<String> ANSWER_FIELD =
            KEYS.key(QuestionOptions.ANSWER_FIELD).asDeclared();

    public static final Key<List<String>> CHOICES_FIELDS = KEYS.key(
                    QuestionOptions.CHOICES_FIELDS.name(), Lists.ofAny(Texts.NAME), QuestionOptions.CHOICES_FIELDS)
            .asDeclared();

    public static final Key<String> ID_FIELD = KEYS.key(
                    QuestionOptions.ID_FIELD.name(), Texts.NAME, QuestionOptions.ID_FIELD)
            .orNothing("the number of a row is its id");

    public static final Key<AnswerPart> ANSWER_PART =
            KEYS.key(QuestionOptions.ANSWER_PART).asDeclared();

    public static final Key<String> ANSWER_PATTERN = KEYS.key(
                    QuestionOptions.ANSWER_PATTERN.name(), Texts.PATTERN, QuestionOptions.ANSWER_PATTERN)
            .onlyWith("answers.answer-part is PATTERN", values -> values.get(ANSWER_PART) == AnswerPart.PATTERN)
            .orNothing("the answer is found without a pattern");

    public static final Key<ChoiceAnswer> CHOICE_ANSWER = KEYS.key(QuestionOptions.CHOICE_ANSWER)
            .onlyWith(
                    "answers.choices-fields are set",
                    values -> !values.get(CHOICES_FIELDS).isEmpty())
            .asDeclared();

    public static final Key<Double> MAX_UNREADABLE = KEYS.key("max-unreadable-share", Numbers.real(Range.between(0, 1)))
            .says("A run is refused if its reward cannot read more than this share of the known answers, such as"
                    + " math-answer those that are no mathematics; 1 never refuses it.")
            .or(0.5);

    static final Section SECTION = KEYS.build();

    private AnswerKeys() {}

    /**
     * Returns where the questions have their parts.
     *
     * @throws IllegalArgumentException if values conflict; the message names them
     */
    public static QuestionOptions options(Values values) {
        return QuestionOptions.builder()
                .format(values.get(FORMAT))
                .columns(values.get(COLUMNS))
                .questionField(values.get(QUESTION_FIELD))
                .answerField(values.get(ANSWER_FIELD))
                .choicesFields(values.get(CHOICES_FIELDS))
                .idField(values.find(ID_FIELD).orElse(""))
                .answerPart(values.get(ANSWER_PART))
                .answerPattern(values.find(ANSWER_PATTERN).orElse(""))
                .choiceAnswer(values.get(CHOICE_ANSWER))
                .limits(CorpusKeys.options(values))
                .build();
    }
}
