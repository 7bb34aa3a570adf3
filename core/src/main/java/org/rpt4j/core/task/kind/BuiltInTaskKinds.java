package org.rpt4j.core.task.kind;

import java.util.List;
import org.rpt4j.api.TaskKind;
import org.rpt4j.core.prompt.Instruction;
import org.rpt4j.spi.TaskKindContext;
import org.rpt4j.spi.TaskKindOptions;
import org.rpt4j.spi.TaskKindProvider;

/**
 * The kinds of tasks of this library by name, through the same door as a vendor's.
 *
 * @since 0.1.0
 */
public final class BuiltInTaskKinds {

    /** Option of {@code masked-span}: the largest number of words of a gap. */
    public static final String WORDS = "words";

    /** Option of {@code multiple-choice}: the number of choices. */
    public static final String CHOICES = "choices";

    private static final int MOST_CHOICES = 26;

    private BuiltInTaskKinds() {}

    /** Offers {@link org.rpt4j.core.task.kind.NextToken} under {@code next-token}. */
    public static final class NextTokens extends BuiltIn {

        /** For the service loader. */
        public NextTokens() {
            super("next-token", true, Instruction.FENCED.template(), "a hard token with enough text before it");
        }

        @Override
        public TaskKind create(TaskKindContext context) {
            return new NextToken(
                    context.tokenizer(),
                    context.limits().maxContextTokens(),
                    context.limits().continuationTokens());
        }
    }

    /** Offers {@link Segments} under {@code next-segment}. */
    public static final class NextSegment extends BuiltIn {

        /** For the service loader. */
        public NextSegment() {
            super("next-segment", false, TaskInstructions.NEXT_SEGMENT, "a sentence with enough text before it");
        }

        @Override
        public TaskKind create(TaskKindContext context) {
            return new Segments(context, false);
        }
    }

    /** Offers {@link Segments} under {@code middle-segment}. */
    public static final class MiddleSegment extends BuiltIn {

        /** For the service loader. */
        public MiddleSegment() {
            super(
                    "middle-segment",
                    false,
                    TaskInstructions.MIDDLE_SEGMENT,
                    "a sentence with enough text before it and another one after it");
        }

        @Override
        public TaskKind create(TaskKindContext context) {
            return new Segments(context, true);
        }
    }

    /** Offers {@link org.rpt4j.core.task.kind.MaskedSpan} under {@code masked-span}. */
    public static final class MaskedSpans extends BuiltIn {

        /** For the service loader. */
        public MaskedSpans() {
            super(
                    "masked-span",
                    false,
                    TaskInstructions.MASKED_SPAN,
                    "words with enough text before them and more text after them");
        }

        @Override
        public List<String> options() {
            return List.of(WORDS);
        }

        @Override
        public TaskKind create(TaskKindContext context) {
            return new MaskedSpan(context, context.options().whole(WORDS, 4, 1, 64));
        }
    }

    /** Offers {@link org.rpt4j.core.task.kind.NextSentence} under {@code next-sentence}. */
    public static final class NextSentences extends BuiltIn {

        /** For the service loader. */
        public NextSentences() {
            super(
                    "next-sentence",
                    false,
                    TaskInstructions.NEXT_SENTENCE,
                    "a sentence with enough text before it that is short enough to be shown");
        }

        @Override
        public boolean continuesText() {
            return false;
        }

        @Override
        public TaskKind create(TaskKindContext context) {
            return new NextSentence(context);
        }
    }

    /** Offers {@link org.rpt4j.core.task.kind.MultipleChoice} under {@code multiple-choice}. */
    public static final class MultipleChoices extends BuiltIn {

        /** For the service loader. */
        public MultipleChoices() {
            super(
                    "multiple-choice",
                    true,
                    TaskInstructions.MULTIPLE_CHOICE,
                    "a hard token with enough text before it, and enough other tokens that can be shown");
        }

        @Override
        public boolean continuesText() {
            return false;
        }

        @Override
        public int candidates(TaskKindOptions options) {
            return choices(options);
        }

        @Override
        public List<String> options() {
            return List.of(CHOICES);
        }

        @Override
        public TaskKind create(TaskKindContext context) {
            return new MultipleChoice(context, choices(context.options()));
        }

        private static int choices(TaskKindOptions options) {
            return options.whole(CHOICES, 5, 2, MOST_CHOICES);
        }
    }

    private abstract static class BuiltIn implements TaskKindProvider {

        private final String name;
        private final boolean needsScores;
        private final String instruction;
        private final String needs;

        private BuiltIn(String name, boolean needsScores, String instruction, String needs) {
            this.name = name;
            this.needsScores = needsScores;
            this.instruction = instruction;
            this.needs = needs;
        }

        @Override
        public final String name() {
            return name;
        }

        @Override
        public final int apiVersion() {
            return API_VERSION;
        }

        @Override
        public final boolean needsScores() {
            return needsScores;
        }

        @Override
        public final String instruction() {
            return instruction;
        }

        @Override
        public final String needs() {
            return needs;
        }
    }
}
