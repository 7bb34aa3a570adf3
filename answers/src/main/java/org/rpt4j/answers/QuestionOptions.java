package org.rpt4j.answers;

import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.setting.Assigned;
import org.rpt4j.api.setting.Conflicts;
import org.rpt4j.api.setting.Setting;
import org.rpt4j.api.setting.SettingsConflictException;
import org.rpt4j.core.corpus.CorpusOptions;
import org.rpt4j.core.corpus.RowFiles;

/**
 * Where the questions of a file have their parts. A field is named by its path, such as {@code choices.text}. Immutable
 * and thread-safe.
 *
 * @since 0.1.0
 */
public final class QuestionOptions {

    public static final Setting<RowFiles.Format> FORMAT = Setting.<RowFiles.Format>of("format", RowFiles.Format.class)
            .says("What the question files hold, whatever their names.")
            .or(RowFiles.Format.BY_NAME);

    public static final Setting<List<String>> COLUMNS = Setting.<List<String>>of("columns", List.class)
            .says("Names of the columns of CSV and TSV files without a line for them.")
            .or(List.of());

    public static final Setting<String> QUESTION_FIELD = field("question-field")
            .mustBe("the name of a field", name -> !name.isBlank())
            .says("Field with the question.")
            .or("question");

    public static final Setting<String> ANSWER_FIELD = field("answer-field")
            .mustBe("the name of a field", name -> !name.isBlank())
            .says("Field with the answer. If it is a list, each of its entries is an accepted answer.")
            .or("answer");

    public static final Setting<List<String>> CHOICES_FIELDS = Setting.<List<String>>of("choices-fields", List.class)
            .says("Fields with the choices: one that has them all, or one for each. None if there are no choices.")
            .or(List.of());

    public static final Setting<String> CATEGORY_FIELD =
            field("category-field").says("Field with the category.").or("");

    public static final Setting<String> ID_FIELD = field("id-field")
            .says("Field with an id that no other question of the file has. Otherwise the row's number is the id.")
            .or("");

    public static final Setting<AnswerPart> ANSWER_PART = Setting.<AnswerPart>of("answer-part", AnswerPart.class)
            .says("Which part of the answer field is the answer; a worked solution ends with it.")
            .or(AnswerPart.WHOLE);

    public static final Setting<String> ANSWER_PATTERN = Setting.<String>of("answer-pattern", String.class)
            .mustBe("a regular expression", QuestionOptions::isPattern)
            .says("Regular expression whose last match, or the first group of it, is the answer.")
            .or("");

    public static final Setting<ChoiceAnswer> CHOICE_ANSWER = Setting.<ChoiceAnswer>of(
                    "choice-answer", ChoiceAnswer.class)
            .says("How the answer field names a choice.")
            .or(ChoiceAnswer.LABEL);

    /** Fields {@code question} and {@code answer}, no choices. */
    public static final QuestionOptions DEFAULTS = builder().build();

    /** GSM8K: the answer is a worked solution that ends with {@code #### 72}. */
    public static final QuestionOptions GSM8K = builder()
            .answerPart(AnswerPart.PATTERN)
            .answerPattern("####\\s*(.+)")
            .build();

    /** MATH: the answer is in the last box of the solution. */
    public static final QuestionOptions MATH = builder()
            .questionField("problem")
            .answerField("solution")
            .answerPart(AnswerPart.BOX)
            .categoryField("type")
            .build();

    private final RowFiles.Format format;
    private final List<String> columns;
    private final String questionField;
    private final String answerField;
    private final List<String> choicesFields;
    private final String categoryField;
    private final String idField;
    private final AnswerPart answerPart;
    private final String answerPattern;
    private final ChoiceAnswer choiceAnswer;
    private final CorpusOptions limits;

    private QuestionOptions(Builder builder) {
        this.format = builder.format;
        this.columns = builder.columns;
        this.questionField = builder.questionField;
        this.answerField = builder.answerField;
        this.choicesFields = builder.choicesFields;
        this.categoryField = builder.categoryField;
        this.idField = builder.idField;
        this.answerPart = builder.answerPart;
        this.answerPattern = builder.answerPattern;
        this.choiceAnswer = builder.choiceAnswer;
        this.limits = builder.limits;
    }

    private static Setting.Declaration<String> field(String name) {
        return Setting.of(name, String.class);
    }

    private static boolean isPattern(String text) {
        try {
            Pattern.compile(text);
            return true;
        } catch (PatternSyntaxException e) {
            return false;
        }
    }

    /** Returns a builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns a builder that starts from these values. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** What the files hold. */
    public RowFiles.Format format() {
        return format;
    }

    /** Names of the columns of a table without a line for them. */
    public List<String> columns() {
        return columns;
    }

    /** Field with the question. */
    public String questionField() {
        return questionField;
    }

    /** Field with the answer, or with all accepted ones. */
    public String answerField() {
        return answerField;
    }

    /** Fields with the choices; empty if there are none. */
    public List<String> choicesFields() {
        return choicesFields;
    }

    /** Field with the category; empty if there is none. */
    public String categoryField() {
        return categoryField;
    }

    /** Field with an id; empty if the number of a row is its id. */
    public String idField() {
        return idField;
    }

    /** Which part of the answer field is the answer. */
    public AnswerPart answerPart() {
        return answerPart;
    }

    /** Regular expression for {@link AnswerPart#PATTERN}. */
    public String answerPattern() {
        return answerPattern;
    }

    /** How the answer field names a choice. */
    public ChoiceAnswer choiceAnswer() {
        return choiceAnswer;
    }

    /** The bounds on a row, the tolerated bad rows, and the folder at which ids begin. */
    public CorpusOptions limits() {
        return limits;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof QuestionOptions that && values().equals(that.values()) && limits.equals(that.limits);
    }

    @Override
    public int hashCode() {
        return Objects.hash(values(), limits);
    }

    @Override
    public String toString() {
        return "QuestionOptions" + values();
    }

    private List<Assigned> values() {
        return List.of(
                FORMAT.is(format),
                COLUMNS.is(columns),
                QUESTION_FIELD.is(questionField),
                ANSWER_FIELD.is(answerField),
                CHOICES_FIELDS.is(choicesFields),
                CATEGORY_FIELD.is(categoryField),
                ID_FIELD.is(idField),
                ANSWER_PART.is(answerPart),
                ANSWER_PATTERN.is(answerPattern),
                CHOICE_ANSWER.is(choiceAnswer));
    }

    /** Each setter rejects a value outside its range. Not thread-safe. */
    public static final class Builder {

        private RowFiles.Format format = FORMAT.byDefault();
        private List<String> columns = COLUMNS.byDefault();
        private String questionField = QUESTION_FIELD.byDefault();
        private String answerField = ANSWER_FIELD.byDefault();
        private List<String> choicesFields = CHOICES_FIELDS.byDefault();
        private String categoryField = CATEGORY_FIELD.byDefault();
        private String idField = ID_FIELD.byDefault();
        private AnswerPart answerPart = ANSWER_PART.byDefault();
        private String answerPattern = ANSWER_PATTERN.byDefault();
        private ChoiceAnswer choiceAnswer = CHOICE_ANSWER.byDefault();
        private CorpusOptions limits = CorpusOptions.DEFAULTS;

        private Builder() {}

        private Builder(QuestionOptions values) {
            this.format = values.format;
            this.columns = values.columns;
            this.questionField = values.questionField;
            this.answerField = values.answerField;
            this.choicesFields = values.choicesFields;
            this.categoryField = values.categoryField;
            this.idField = values.idField;
            this.answerPart = values.answerPart;
            this.answerPattern = values.answerPattern;
            this.choiceAnswer = values.choiceAnswer;
            this.limits = values.limits;
        }

        public Builder format(RowFiles.Format format) {
            this.format = FORMAT.check(format);
            return this;
        }

        public Builder columns(List<String> columns) {
            this.columns = List.copyOf(COLUMNS.check(columns));
            return this;
        }

        public Builder questionField(String questionField) {
            this.questionField = QUESTION_FIELD.check(questionField);
            return this;
        }

        public Builder answerField(String answerField) {
            this.answerField = ANSWER_FIELD.check(answerField);
            return this;
        }

        public Builder choicesFields(List<String> choicesFields) {
            this.choicesFields = List.copyOf(CHOICES_FIELDS.check(choicesFields));
            return this;
        }

        public Builder categoryField(String categoryField) {
            this.categoryField = CATEGORY_FIELD.check(categoryField);
            return this;
        }

        public Builder idField(String idField) {
            this.idField = ID_FIELD.check(idField);
            return this;
        }

        public Builder answerPart(AnswerPart answerPart) {
            this.answerPart = ANSWER_PART.check(answerPart);
            return this;
        }

        public Builder answerPattern(String answerPattern) {
            this.answerPattern = ANSWER_PATTERN.check(answerPattern);
            return this;
        }

        public Builder choiceAnswer(ChoiceAnswer choiceAnswer) {
            this.choiceAnswer = CHOICE_ANSWER.check(choiceAnswer);
            return this;
        }

        /** Sets the bounds as {@link RowFiles#open} takes them. */
        public Builder limits(CorpusOptions limits) {
            this.limits = limits;
            return this;
        }

        /**
         * Builds the options.
         *
         * @throws SettingsConflictException if values do not go together
         */
        public QuestionOptions build() {
            new Conflicts()
                    .when(
                            (answerPart == AnswerPart.PATTERN) == answerPattern.isEmpty(),
                            "a pattern belongs to PATTERN and to no other part. Set both or neither.",
                            ANSWER_PART.is(answerPart),
                            ANSWER_PATTERN.is(answerPattern))
                    .refuse();
            return new QuestionOptions(this);
        }
    }

    /**
     * Which part of the answer field is the answer.
     *
     * @since 0.1.0
     */
    public enum AnswerPart {
        /** All of it. */
        WHOLE,
        /** What is in the last {@code \boxed{...}}, or {@code \fbox{...}}. */
        BOX,
        /** The last match of {@link QuestionOptions#answerPattern()}, or the first group of it. */
        PATTERN
    }

    /**
     * How the answer field names a choice.
     *
     * @since 0.1.0
     */
    public enum ChoiceAnswer {
        /** By its label, if the file labels its choices, and otherwise by its letter, A for the first. */
        LABEL,
        /** By its text. */
        TEXT,
        /** By its number, 0 for the first. */
        NUMBER_FROM_0,
        /** By its number, 1 for the first. */
        NUMBER_FROM_1
    }
}
