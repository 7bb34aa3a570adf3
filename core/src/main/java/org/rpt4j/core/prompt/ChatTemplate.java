package org.rpt4j.core.prompt;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.TokenizerException;
import org.rpt4j.chat.template.JinjaException;
import org.rpt4j.chat.template.JinjaTemplate;
import org.rpt4j.core.tokenize.TokenizerConfig;

/**
 * The chat format that a model was trained with: the Jinja template in its checkpoint. Templates are not trusted: they
 * can access only the message, their work and output are bounded, and they have no clock, so the same message always
 * gives the same text. Immutable and thread-safe.
 *
 * @since 0.1.0
 */
public final class ChatTemplate {

    private final String origin;
    private final JinjaTemplate template;
    private final Map<String, @Nullable Object> variables;

    private ChatTemplate(String origin, JinjaTemplate template, Map<String, @Nullable Object> variables) {
        this.origin = origin;
        this.template = template;
        this.variables = variables;
    }

    /**
     * The template of a model directory: {@code chat_template.jinja}, or {@code chat_template} in
     * {@code tokenizer_config.json}; empty for a model without one.
     *
     * @throws TokenizerException if the template is malformed
     */
    public static Optional<ChatTemplate> open(Path modelDirectory) {
        TokenizerConfig config = TokenizerConfig.read(modelDirectory);
        String source = config.chatTemplate();
        return source == null
                ? Optional.empty()
                : Optional.of(parse("of " + modelDirectory, source, config.beginOfText(), config.endOfText()));
    }

    /**
     * A template from its source.
     *
     * @param beginOfText value of {@code bos_token} in the template; null leaves it undefined
     * @param endOfText value of {@code eos_token} in the template; null leaves it undefined
     * @throws TokenizerException if the template is malformed
     */
    public static ChatTemplate of(String source, @Nullable String beginOfText, @Nullable String endOfText) {
        return parse("given as text", source, beginOfText, endOfText);
    }

    private static ChatTemplate parse(
            String origin, String source, @Nullable String beginOfText, @Nullable String endOfText) {
        Map<String, @Nullable Object> variables = new HashMap<>();
        variables.put("add_generation_prompt", true);
        variables.put("tools", null);
        variables.put("documents", null);
        if (beginOfText != null) {
            variables.put("bos_token", beginOfText);
        }
        if (endOfText != null) {
            variables.put("eos_token", endOfText);
        }
        try {
            return new ChatTemplate(origin, JinjaTemplate.parse(source), variables);
        } catch (JinjaException e) {
            throw new TokenizerException(
                    "Chat template " + origin + " cannot be read: " + e.getMessage()
                            + ". Use the plain form, or a template without this construct.",
                    e);
        }
    }

    /** A copy with one more variable, a string, number or boolean, such as {@code enable_thinking}. */
    public ChatTemplate with(String variable, Object value) {
        Map<String, @Nullable Object> more = new HashMap<>(variables);
        more.put(variable, value);
        return new ChatTemplate(origin, template, more);
    }

    /**
     * Renders one user message and the start of the assistant's answer.
     *
     * @throws TokenizerException if the template fails or exceeds its limits
     */
    public String render(String userMessage) {
        Map<String, @Nullable Object> all = new HashMap<>(variables);
        all.put("messages", List.of(Map.of("role", "user", "content", userMessage)));
        try {
            return template.render(all);
        } catch (JinjaException e) {
            throw new TokenizerException(
                    "Chat template " + origin + " cannot be rendered: " + e.getMessage()
                            + ". Use the plain form, or a template without this construct.",
                    e);
        }
    }
}
