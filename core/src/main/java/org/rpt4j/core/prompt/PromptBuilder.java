package org.rpt4j.core.prompt;

import java.util.Arrays;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.ContextOverflowException;
import org.rpt4j.api.error.TokenizerException;
import org.rpt4j.core.tokenize.Tokenizer;

/**
 * Builds prompts of token ids: prefix, context, suffix; or prefix, context, the text between, what follows the gap,
 * suffix. The fixed parts are the instruction in the model's chat template, rendered and encoded once. The text's own ids
 * go between them, because encoding the text again could produce other tokens. A model that expects a begin-of-text token
 * gets exactly one. Immutable and thread-safe.
 *
 * <p>Without a chat template the prompt is plain: the instruction and, under {@link ThoughtRule#MARKED}, the marker that
 * opens a thought on its own line, so that the model continues with one.
 *
 * @since 0.1.0
 */
public final class PromptBuilder {

    // Private-use characters, which no template or instruction should contain.
    private static final String CONTEXT = "\uE000context\uE001";
    private static final String AFTER = "\uE000after\uE001";
    private static final String PLAIN_SUFFIX = "\n\n";

    private static final int[] NOTHING = {};

    private final String instruction;
    private final boolean showsAfter;
    private final int[] prefix;
    private final int[] between;
    private final int[] suffix;
    private final boolean opensThought;
    private final boolean closesThought;
    private final int maxContextTokens;

    /**
     * Creates a builder for {@linkplain ThoughtFormat#marked marked} thoughts.
     *
     * @throws ContextOverflowException if not even one token of context fits
     * @throws TokenizerException if the template fails, or does not contain the user's message exactly once
     */
    public PromptBuilder(
            Tokenizer tokenizer,
            @Nullable ChatTemplate template,
            Instruction instruction,
            int contextLength,
            int reservedForCompletion) {
        this(tokenizer, template, instruction, contextLength, reservedForCompletion, ThoughtFormat.marked(tokenizer));
    }

    /**
     * Creates a builder of prompts.
     *
     * @param template the model's chat template; null for the plain form
     * @param contextLength maximum number of tokens of prompt and completion together
     * @param reservedForCompletion number of tokens reserved for the completion
     * @param thought how the model writes its thought
     * @throws ContextOverflowException if not even one token of context fits
     * @throws TokenizerException if the template fails, or does not contain the user's message exactly once
     */
    public PromptBuilder(
            Tokenizer tokenizer,
            @Nullable ChatTemplate template,
            Instruction instruction,
            int contextLength,
            int reservedForCompletion,
            ThoughtFormat thought) {
        if (reservedForCompletion < 1) {
            throw new IllegalArgumentException(
                    "reservedForCompletion is " + reservedForCompletion + ", must be positive");
        }
        String message = instruction
                .template()
                .replace(Instruction.CONTEXT, CONTEXT)
                .replace(Instruction.BEFORE, CONTEXT)
                .replace(Instruction.AFTER, AFTER);
        String text = template == null ? message + plainEnd(thought) : template.render(message);
        int at = text.indexOf(CONTEXT);
        if (at < 0 || at != text.lastIndexOf(CONTEXT)) {
            throw new TokenizerException("The chat template puts the user's message "
                    + (at < 0 ? "nowhere" : "more than once") + " into the prompt; it must be there exactly once. "
                    + "Use another template or the plain form.");
        }
        this.instruction = instruction.name();
        this.showsAfter = instruction.showsAfter();
        String last = showsAfter ? AFTER : CONTEXT;
        String end = behind(last, text);
        this.prefix = withOneBeginOfText(tokenizer, tokenizer.encodeWithSpecials(text.substring(0, at)));
        this.between = showsAfter
                ? tokenizer.encodeContinuation(text.substring(at + CONTEXT.length(), text.indexOf(AFTER)))
                : NOTHING;
        this.suffix = tokenizer.encodeContinuation(end);
        String answerStart = withoutInstruction(end, behind(last, message));
        int start = answerStart.lastIndexOf(thought.markers().start());
        int closed = answerStart.lastIndexOf(thought.markers().end());
        this.opensThought = start > closed;
        this.closesThought = closed > start;
        int fixed = prefix.length + between.length + suffix.length;
        this.maxContextTokens = contextLength - reservedForCompletion - fixed;
        if (maxContextTokens < 1) {
            throw new ContextOverflowException("No token of context fits into the prompt: the model has room for "
                    + contextLength + " tokens, " + reservedForCompletion + " are reserved for the completion, and the "
                    + "instruction \"" + instruction.name() + "\" with its template takes "
                    + fixed + ". Reserve less or use a shorter instruction.");
        }
    }

    /**
     * Builds the prompt for a context with nothing after it. An overlong context loses its oldest tokens.
     *
     * @param contextTokens token ids of the context, at least one
     */
    public int[] prompt(int[] contextTokens) {
        return prompt(contextTokens, NOTHING);
    }

    /**
     * Builds a prompt. An overlong context loses its oldest tokens.
     *
     * @param contextTokens token ids of the context, at least one
     * @param afterTokens token ids of what follows the gap; empty if there is nothing
     * @throws ContextOverflowException if not even one token of context fits beside what follows the gap
     * @throws IllegalArgumentException if something follows the gap and the instruction has no place for it
     */
    public int[] prompt(int[] contextTokens, int[] afterTokens) {
        if (contextTokens.length == 0) {
            throw new IllegalArgumentException("the context is empty; there is nothing to continue");
        }
        if (afterTokens.length > 0 && !showsAfter) {
            throw new IllegalArgumentException("the instruction \"" + instruction + "\" has no " + Instruction.AFTER
                    + ", but the task shows " + afterTokens.length + " tokens there. Use an instruction that has it.");
        }
        int kept = Math.min(contextTokens.length, maxContextTokens - afterTokens.length);
        if (kept < 1) {
            throw new ContextOverflowException("A prompt has room for " + maxContextTokens + " tokens of text, and the"
                    + " task has " + afterTokens.length + " after its gap, so no token before it fits. Lower the number"
                    + " of tokens after the gap, or reserve less for the completion.");
        }
        int[] context = Arrays.copyOfRange(contextTokens, contextTokens.length - kept, contextTokens.length);
        return Stream.of(prefix, context, between, afterTokens, suffix)
                .flatMapToInt(Arrays::stream)
                .toArray();
    }

    /** Maximum number of tokens of context, and of what follows the gap, together. */
    public int maxContextTokens() {
        return maxContextTokens;
    }

    /** Whether a prompt ends inside a thought, so that the completion starts inside it. */
    public boolean opensThought() {
        return opensThought;
    }

    /**
     * Whether a prompt ends behind a thought that the template closes itself, so that the completion is an answer
     * without a thought.
     */
    public boolean closesThought() {
        return closesThought;
    }

    private static String behind(String sentinel, String text) {
        return text.substring(text.indexOf(sentinel) + sentinel.length());
    }

    static String plainEnd(ThoughtFormat thought) {
        return thought.rule() == ThoughtRule.MARKED
                ? PLAIN_SUFFIX + thought.markers().start() + "\n"
                : PLAIN_SUFFIX;
    }

    /** What the template writes after the message, in which an instruction may mention the thought, too. */
    private static String withoutInstruction(String after, String instruction) {
        for (String written : new String[] {instruction, instruction.stripTrailing()}) {
            if (after.startsWith(written)) {
                return after.substring(written.length());
            }
        }
        return after;
    }

    /**
     * Adds the begin-of-text token unless the template writes one before any text, and keeps only the first of several
     * there. White space before it stays, as the model was trained with it.
     */
    static int[] withOneBeginOfText(Tokenizer tokenizer, int[] ids) {
        OptionalInt wanted = tokenizer.beginOfText();
        if (wanted.isEmpty()) {
            return ids;
        }
        IntStream.Builder start = IntStream.builder();
        boolean written = false;
        int at = 0;
        for (; at < ids.length; at++) {
            boolean begins = ids[at] == wanted.getAsInt();
            if (!begins && !tokenizer.decode(ids[at]).isBlank()) {
                break;
            }
            if (!begins || !written) {
                start.add(ids[at]);
            }
            written |= begins;
        }
        IntStream added = written ? IntStream.empty() : IntStream.of(wanted.getAsInt());
        IntStream rest = Arrays.stream(ids, at, ids.length);
        return IntStream.concat(added, IntStream.concat(start.build(), rest)).toArray();
    }
}
