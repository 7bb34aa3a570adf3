package org.rpt4j.core.prompt;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.RptException;
import org.rpt4j.api.error.TokenizerException;
import org.rpt4j.chat.template.JinjaException;
import org.rpt4j.chat.template.JinjaInterruptedException;
import org.rpt4j.chat.template.JinjaTemplate;
import org.rpt4j.core.tokenize.TokenizerConfig;

/**
 * The chat format that a model was trained with: the Jinja template in its checkpoint. Templates are not trusted: they
 * can access only the message, their work and output are bounded, and their clock stands still, so the same message
 * always gives the same text. Immutable and thread-safe.
 *
 * @since 0.1.0
 */
public final class ChatTemplate {

    private static final String BYTE_ORDER_MARK = "\uFEFF";
    private static final String CLOCK = "strftime_now";

    private final String origin;
    private final JinjaTemplate template;
    private final Map<String, @Nullable Object> variables;
    private final boolean readsClock;
    private final @Nullable LocalDateTime time;

    private ChatTemplate(
            String origin,
            JinjaTemplate template,
            Map<String, @Nullable Object> variables,
            boolean readsClock,
            @Nullable LocalDateTime time) {
        this.origin = origin;
        this.template = template;
        this.variables = variables;
        this.readsClock = readsClock;
        this.time = time;
    }

    /**
     * The template of a model directory: {@code chat_template.jinja}, else {@code chat_template} in
     * {@code tokenizer_config.json}, else that in {@code chat_template.json}; of a GGUF file, {@code
     * tokenizer.chat_template}; empty for a model without one. The template reads every special token of {@code
     * tokenizer_config.json} by its name, such as {@code pad_token}.
     *
     * @throws TokenizerException if the template is malformed, or none of several is the default
     */
    public static Optional<ChatTemplate> open(Path modelDirectory) {
        TokenizerConfig config = TokenizerConfig.read(modelDirectory);
        String source = config.chatTemplate();
        return source == null
                ? Optional.empty()
                : Optional.of(parse("of " + modelDirectory, source, config.specialTokens()));
    }

    /**
     * A template from its source. A byte order mark before it is dropped.
     *
     * @param beginOfText value of {@code bos_token} in the template; null leaves it undefined
     * @param endOfText value of {@code eos_token} in the template; null leaves it undefined
     * @throws TokenizerException if the template is malformed
     */
    public static ChatTemplate of(String source, @Nullable String beginOfText, @Nullable String endOfText) {
        Map<String, String> tokens = new HashMap<>();
        if (beginOfText != null) {
            tokens.put("bos_token", beginOfText);
        }
        if (endOfText != null) {
            tokens.put("eos_token", endOfText);
        }
        return parse("given as text", source, tokens);
    }

    private static ChatTemplate parse(String origin, String given, Map<String, String> tokens) {
        Map<String, @Nullable Object> variables = new HashMap<>(tokens);
        variables.put("add_generation_prompt", true);
        variables.put("tools", null);
        variables.put("documents", null);
        String source = given.startsWith(BYTE_ORDER_MARK) ? given.substring(BYTE_ORDER_MARK.length()) : given;
        try {
            return new ChatTemplate(origin, JinjaTemplate.parse(source), variables, source.contains(CLOCK), null);
        } catch (JinjaException e) {
            throw failure("Chat template " + origin + " cannot be read: ", e);
        }
    }

    private static RptException failure(String what, JinjaException cause) {
        if (cause instanceof JinjaInterruptedException) {
            return new OperationCancelledException(what + cause.getMessage());
        }
        return new TokenizerException(
                what + cause.getMessage() + ". Use the plain form, or a template without this construct.", cause);
    }

    /** A copy with one more variable, a string, number or boolean, such as {@code enable_thinking}. */
    public ChatTemplate with(String variable, Object value) {
        Map<String, @Nullable Object> more = new HashMap<>(variables);
        more.put(variable, value);
        return new ChatTemplate(origin, template, more, readsClock, time);
    }

    /**
     * A copy whose clock, the function {@code strftime_now}, stands still at this time. Without a time the function is
     * undefined.
     */
    public ChatTemplate at(LocalDateTime standstill) {
        return new ChatTemplate(origin, template, variables, readsClock, standstill);
    }

    /** The time that the template may write into the prompt; empty if it does not read the clock or has none. */
    public Optional<LocalDateTime> time() {
        return readsClock ? Optional.ofNullable(time) : Optional.empty();
    }

    /**
     * Renders one user message and the start of the assistant's answer.
     *
     * @throws TokenizerException if the template fails or exceeds its limits
     * @throws OperationCancelledException if the thread is interrupted; it stays so
     */
    public String render(String userMessage) {
        return render(List.of(ChatMessage.user(userMessage)));
    }

    /**
     * Renders messages and the start of the assistant's answer. To encode them, use {@link Conversation}, in which the
     * text of a message cannot forge a special token.
     *
     * @throws TokenizerException if the template fails or exceeds its limits
     * @throws OperationCancelledException if the thread is interrupted; it stays so
     */
    public String render(List<ChatMessage> messages) {
        Map<String, @Nullable Object> all = new HashMap<>(variables);
        all.put(
                "messages",
                messages.stream()
                        .map(message -> Map.of("role", message.role(), "content", message.content()))
                        .toList());
        try {
            return time == null ? template.render(all) : template.render(all, time);
        } catch (JinjaException e) {
            throw failure("Chat template " + origin + " cannot be rendered: ", e);
        }
    }
}
