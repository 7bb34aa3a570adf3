package org.rpt4j.run.config.section;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.rpt4j.api.TokenCodec;
import org.rpt4j.api.error.ContextOverflowException;
import org.rpt4j.api.setting.Range;
import org.rpt4j.core.prompt.Instruction;
import org.rpt4j.core.task.kind.BuiltInTaskKinds;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Lists;
import org.rpt4j.run.config.key.Numbers;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Texts;
import org.rpt4j.run.config.key.Values;
import org.rpt4j.spi.TaskKindContext;
import org.rpt4j.spi.TaskKindOptions;
import org.rpt4j.spi.TaskKindProvider;
import org.rpt4j.spi.TaskKinds;

/**
 * The keys {@code tasks.*}: what the model is asked to do.
 *
 * @since 0.1.0
 */
public final class TaskKeys {

    /** The kind whose tasks are questions with known answers; all others are made of a corpus. */
    public static final String ANSWERS = "answers";

    static final String NEXT_TOKEN = "next-token";

    static final String OF_TEXT = "tasks.kind is not answers";
    static final String OF_SCORED_TEXT =
            "tasks.kind is next-token, multiple-choice, or one of your own that needs scores";

    private static final String CHOOSES = "multiple-choice";
    private static final String MASKS = "masked-span";

    private static final Section.Builder KEYS = Section.of("tasks", "What the model is asked to do");

    public static final Key<String> KIND = KEYS.key("kind", Texts.NAME)
            .says("next-token: predict a token of the corpus that is hard to predict. multiple-choice: choose it among"
                    + " those that the proxy finds most probable. next-segment: predict the next sentence."
                    + " middle-segment: predict a sentence between two pieces of text. masked-span: predict a few"
                    + " words that were taken out. next-sentence: tell whether a sentence follows a text. answers:"
                    + " answer the questions of answers.paths, as a second stage. Or the name of your own kind on the"
                    + " class path.")
            .after("Eq. 1 for next-token; section 4.4 for a second stage; arXiv 2509.19249 for segments; arXiv"
                    + " 2512.03442 for masked-span; arXiv 1810.04805 for next-sentence; arXiv 2601.22975 for"
                    + " multiple-choice")
            .or(NEXT_TOKEN);

    public static final Key<Locale> LOCALE = KEYS.key("locale", Texts.LOCALE)
            .says("Language of the corpus, which decides where sentences and words end.")
            .onlyWith("tasks.kind takes whole documents", values -> !areAnswers(values) && !areScored(values))
            .or(Locale.ENGLISH);

    public static final Key<Integer> AFTER = KEYS.key("after-tokens", Numbers.whole(Range.atLeast(1)))
            .says("Maximum number of tokens that a task shows after its gap, or of choices.")
            .in("tokens")
            .onlyWith("tasks.kind shows text after the gap, or choices", TaskKeys::showAfter)
            .or(256);

    public static final Key<Integer> CHOICES = KEYS.key("choices", Numbers.whole(Range.between(2, 26)))
            .says("Number of tokens to choose from; a guess is right once in as many tasks.")
            .in("tokens")
            .onlyWith("tasks.kind is multiple-choice", values -> is(values, CHOOSES))
            .or(5);

    public static final Key<Integer> SPAN_WORDS = KEYS.key("span-words", Numbers.whole(Range.between(1, 64)))
            .says("Largest number of words that are taken out in a row; each number up to it is as likely.")
            .in("words")
            .onlyWith("tasks.kind is masked-span", values -> is(values, MASKS))
            .or(4);

    public static final Key<List<String>> KIND_OPTIONS = KEYS.key("kind-options", Lists.ofAny(Texts.OPTION))
            .says("Options of your own kind of tasks.")
            .onlyWith("tasks.kind is the name of your own", TaskKeys::areOwn)
            .or(List.of());

    static final Section SECTION = KEYS.build();

    private TaskKeys() {}

    /** Returns whether tasks are questions with answers. */
    public static boolean areAnswers(Values values) {
        return is(values, ANSWERS);
    }

    /** Returns whether tasks of text are made of positions that a proxy scores. */
    static boolean areScored(Values values) {
        return !areAnswers(values)
                && provider(values).map(TaskKindProvider::needsScores).orElse(true);
    }

    /** Returns whether a model can also predict the target of a task without a thought. */
    public static boolean continueText(Values values) {
        return !areAnswers(values)
                && provider(values).map(TaskKindProvider::continuesText).orElse(true);
    }

    static boolean showAfter(Values values) {
        return provider(values)
                .map(kind -> kind.instruction().contains(Instruction.AFTER))
                .orElse(false);
    }

    /** Returns the kind of tasks; empty for answers, and for a name that nobody has. */
    public static Optional<TaskKindProvider> provider(Values values) {
        String name = values.get(KIND);
        return TaskKinds.discover().all().stream()
                .filter(kind -> kind.name().equals(name))
                .findFirst();
    }

    /**
     * Returns how many of the proxy's most probable tokens a position must have.
     *
     * @throws IllegalArgumentException if an option is wrong
     */
    static int candidates(Values values) {
        return provider(values).map(kind -> kind.candidates(options(values))).orElse(0);
    }

    /**
     * Returns what the tasks are made with.
     *
     * @param promptRoom maximum number of tokens of text in a prompt
     * @param continuationTokens maximum number of tokens of the truth
     * @throws ContextOverflowException if there is not enough room before the gap
     */
    public static TaskKindContext context(Values values, TokenCodec tokenizer, int promptRoom, int continuationTokens) {
        int after = showAfter(values) ? values.get(AFTER) : 0;
        int before = Math.min(promptRoom - after, values.get(PromptKeys.MAX_CONTEXT));
        if (after > 0 && before < values.get(SelectionKeys.MIN_CONTEXT)) {
            throw new ContextOverflowException("A prompt has room for " + promptRoom + " tokens of text. "
                    + AFTER + " takes " + after + " of them, and "
                    + SelectionKeys.MIN_CONTEXT + " asks for " + values.get(SelectionKeys.MIN_CONTEXT)
                    + " tokens before the gap. Lower one of them, or sampling.max-tokens.");
        }
        return new TaskKindContext(
                tokenizer,
                new TaskKindContext.Limits(
                        values.get(SelectionKeys.MIN_CONTEXT),
                        before,
                        Math.max(1, after),
                        continuationTokens,
                        values.get(SelectionKeys.POSITIONS_PER_DOCUMENT)),
                values.get(SelectionKeys.SEED),
                values.get(LOCALE),
                options(values));
    }

    /** Returns the options of the kind by name. */
    static TaskKindOptions options(Values values) {
        Map<String, String> options = new TreeMap<>();
        if (is(values, CHOOSES)) {
            options.put(BuiltInTaskKinds.CHOICES, String.valueOf(values.get(CHOICES)));
        } else if (is(values, MASKS)) {
            options.put(BuiltInTaskKinds.WORDS, String.valueOf(values.get(SPAN_WORDS)));
        }
        values.get(KIND_OPTIONS).forEach(option -> options.put(Texts.name(option), Texts.option(option)));
        return new TaskKindOptions(options);
    }

    private static boolean is(Values values, String kind) {
        return values.get(KIND).equals(kind);
    }

    private static boolean areOwn(Values values) {
        return provider(values)
                .filter(kind -> kind.getClass().getEnclosingClass() != BuiltInTaskKinds.class)
                .isPresent();
    }
}
