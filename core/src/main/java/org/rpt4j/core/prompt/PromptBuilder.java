package org.rpt4j.core.prompt;

import java.util.Arrays;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.ContextOverflowException;
import org.rpt4j.api.error.TokenizerException;
import org.rpt4j.core.tokenize.Tokenizer;

/**
 * Builds prompts of token ids: prefix, context, suffix. Prefix and suffix are the instruction in the model's chat
 * template, rendered and encoded once. The context's own ids go between them, because encoding its text again could
 * produce other tokens. A model that expects a begin-of-text token gets exactly one. Immutable and thread-safe.
 *
 * <p>Without a chat template the prompt is plain: the instruction and, under {@link ThoughtRule#MARKED}, the marker that
 * opens a thought on its own line, so that the model continues with one.
 *
 * @since 0.1.0
 */
public final class PromptBuilder {

    // Private-use characters, which no template or instruction should contain.
    private static final String SENTINEL = "\uE000context\uE001";
    private static final String PLAIN_SUFFIX = "\n\n";

    private final int[] prefix;
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
        String message = instruction.template().replace(Instruction.PLACEHOLDER, SENTINEL);
        String text = template == null ? message + plainEnd(thought) : template.render(message);
        int at = text.indexOf(SENTINEL);
        if (at < 0 || at != text.lastIndexOf(SENTINEL)) {
            throw new TokenizerException("The chat template puts the user's message "
                    + (at < 0 ? "nowhere" : "more than once") + " into the prompt; it must be there exactly once. "
                    + "Use another template or the plain form.");
        }
        String after = text.substring(at + SENTINEL.length());
        this.prefix = withOneBeginOfText(tokenizer, tokenizer.encodeWithSpecials(text.substring(0, at)));
        this.suffix = tokenizer.encodeContinuation(after);
        String answerStart =
                withoutInstruction(after, message.substring(message.indexOf(SENTINEL) + SENTINEL.length()));
        int start = answerStart.lastIndexOf(thought.markers().start());
        int end = answerStart.lastIndexOf(thought.markers().end());
        this.opensThought = start > end;
        this.closesThought = end > start;
        this.maxContextTokens = contextLength - reservedForCompletion - prefix.length - suffix.length;
        if (maxContextTokens < 1) {
            throw new ContextOverflowException("No token of context fits into the prompt: the model has room for "
                    + contextLength + " tokens, " + reservedForCompletion + " are reserved for the completion, and the "
                    + "instruction \"" + instruction.name() + "\" with its template takes "
                    + (prefix.length + suffix.length) + ". Reserve less or use a shorter instruction.");
        }
    }

    /**
     * Builds the prompt for a context. An overlong context loses its oldest tokens.
     *
     * @param contextTokens token ids of the context, at least one
     */
    public int[] prompt(int[] contextTokens) {
        if (contextTokens.length == 0) {
            throw new IllegalArgumentException("the context is empty; there is nothing to continue");
        }
        int kept = Math.min(contextTokens.length, maxContextTokens);
        int[] prompt = new int[prefix.length + kept + suffix.length];
        System.arraycopy(prefix, 0, prompt, 0, prefix.length);
        System.arraycopy(contextTokens, contextTokens.length - kept, prompt, prefix.length, kept);
        System.arraycopy(suffix, 0, prompt, prefix.length + kept, suffix.length);
        return prompt;
    }

    /** Maximum number of context tokens in a prompt. */
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
