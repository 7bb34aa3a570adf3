package org.rpt4j.core.prompt;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.TokenizerException;
import org.rpt4j.core.tokenize.Tokenizer;

/**
 * Messages as token ids, up to where the model answers. Only what the chat template writes around the messages can be a
 * special token; their own text is always text. A model that expects a begin-of-text token gets exactly one. Immutable
 * and thread-safe.
 *
 * @since 0.1.0
 */
public final class Conversation {

    // Private-use characters, which no template should contain.
    private static final String START = "\uE000";
    private static final String END = "\uE001";

    private final int[] tokens;
    private final boolean opensThought;
    private final boolean closesThought;

    private Conversation(int[] tokens, boolean opensThought, boolean closesThought) {
        this.tokens = tokens;
        this.opensThought = opensThought;
        this.closesThought = closesThought;
    }

    /**
     * Writes messages in the form that the model expects.
     *
     * @param template the model's chat template; null joins the messages by empty lines and, under {@link
     *     ThoughtRule#MARKED}, opens a thought after them
     * @param thought how the model writes its thought
     * @param messages at least one
     * @throws TokenizerException if the template fails, or does not write every message exactly once and in their order
     */
    public static Conversation of(
            Tokenizer tokenizer, @Nullable ChatTemplate template, ThoughtFormat thought, List<ChatMessage> messages) {
        if (messages.isEmpty()) {
            throw new IllegalArgumentException("a conversation needs at least one message");
        }
        List<ChatMessage> marked = IntStream.range(0, messages.size())
                .mapToObj(i -> new ChatMessage(messages.get(i).role(), START + i + END))
                .toList();
        String text = template == null ? plain(marked, thought) : template.render(marked);
        IntStream tokens = IntStream.empty();
        int from = 0;
        for (int i = 0; i < messages.size(); i++) {
            String mark = START + i + END;
            int at = text.indexOf(mark, from);
            if (at < 0 || text.indexOf(mark) != text.lastIndexOf(mark)) {
                throw new TokenizerException("The chat template does not write message " + (i + 1) + " of "
                        + messages.size() + " (" + messages.get(i).role() + ") exactly once and after the ones before"
                        + " it. Leave the message out, or use another template.");
            }
            tokens = IntStream.concat(tokens, IntStream.of(written(tokenizer, text.substring(from, at), from == 0)));
            tokens = IntStream.concat(
                    tokens,
                    IntStream.of(tokenizer.encodeContinuedText(messages.get(i).content())));
            from = at + mark.length();
        }
        String end = text.substring(from);
        tokens = IntStream.concat(tokens, Arrays.stream(tokenizer.encodeContinuation(end)));
        int opened = end.lastIndexOf(thought.markers().start());
        int closed = end.lastIndexOf(thought.markers().end());
        return new Conversation(tokens.toArray(), opened > closed, closed > opened);
    }

    private static int[] written(Tokenizer tokenizer, String text, boolean first) {
        return first
                ? PromptBuilder.withOneBeginOfText(tokenizer, tokenizer.encodeWithSpecials(text))
                : tokenizer.encodeContinuation(text);
    }

    private static String plain(List<ChatMessage> messages, ThoughtFormat thought) {
        return messages.stream().map(ChatMessage::content).collect(Collectors.joining("\n\n"))
                + PromptBuilder.plainEnd(thought);
    }

    /** Token ids of everything before the answer. Not copied. */
    public int[] tokens() {
        return tokens;
    }

    /** Whether it ends inside a thought, so that the answer starts inside it. */
    public boolean opensThought() {
        return opensThought;
    }

    /** Whether it ends behind a thought that the template closes itself, so that the answer has none. */
    public boolean closesThought() {
        return closesThought;
    }
}
