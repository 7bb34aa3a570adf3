package org.rpt4j.cli.serve;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.rpt4j.cli.serve.TextRequest.Chat;
import org.rpt4j.cli.serve.TextRequest.Decoding;
import org.rpt4j.cli.serve.TextRequest.Delivery;
import org.rpt4j.cli.serve.TextRequest.Input;
import org.rpt4j.cli.serve.TextRequest.Mode;
import org.rpt4j.cli.serve.TextRequest.Text;
import org.rpt4j.cli.serve.TextRequest.Thinking;
import org.rpt4j.core.prompt.ChatMessage;

/**
 * Reads the JSON of completions and chat completions. What would change the answer and is not supported is refused by
 * name, and so is a field that is not known: an answer that silently ignores half of a request misleads. Fields that
 * cannot change an answer, such as {@code user}, are accepted. Stateless but for what it was made with; thread-safe.
 */
final class RequestReader {

    private static final int MAX_STOPS = 16;
    private static final int MAX_STOP_LENGTH = 256;
    private static final int MAX_ALTERNATIVES = 20;
    private static final int DEFAULT_THOUGHT_TOKENS = 256;
    private static final double DEFAULT_THRESHOLD = 1.0;

    /** Obeyed. */
    private static final Set<String> COMMON = Set.of(
            "model",
            "stream",
            "stream_options",
            "temperature",
            "top_p",
            "top_k",
            "min_p",
            "seed",
            "stop",
            "max_tokens",
            "logprobs",
            "rpt4j");

    /** They cannot change what is answered. */
    private static final Set<String> WITHOUT_EFFECT = Set.of(
            "user", "metadata", "service_tier", "safety_identifier", "prompt_cache_key", "prompt_cache_retention");

    /** Fields that may have only the value that changes nothing. */
    private static final Map<String, String> NEUTRAL = Map.ofEntries(
            Map.entry("n", "1"),
            Map.entry("best_of", "1"),
            Map.entry("echo", "false"),
            Map.entry("presence_penalty", "0"),
            Map.entry("frequency_penalty", "0"),
            Map.entry("repetition_penalty", "1"),
            Map.entry("store", "false"),
            Map.entry("suffix", "\"\""));

    private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant");

    private final String model;
    private final ServerLimits limits;

    RequestReader(String model, ServerLimits limits) {
        this.model = model;
        this.limits = limits;
    }

    /** A request for the continuation of a text. */
    TextRequest completion(byte[] body) throws ApiError {
        RequestFields fields = RequestFields.parse(body);
        requireKnown(fields, Set.of("prompt"));
        if (!fields.isText("prompt")) {
            throw fields.refuse("prompt", "invalid_value", "must be one text; lists and token ids are not supported.");
        }
        OptionalInt alternatives = fields.findInteger("logprobs", 0, MAX_ALTERNATIVES);
        return request(
                fields,
                new Text(fields.text("prompt")),
                fields.findInteger("max_tokens", 1, limits.outputTokens()),
                alternatives);
    }

    /** A request for the next message of a chat. */
    TextRequest chat(byte[] body) throws ApiError {
        RequestFields fields = RequestFields.parse(body);
        requireKnown(fields, Set.of("messages", "max_completion_tokens", "top_logprobs", "response_format"));
        requireTextFormat(fields);
        OptionalInt alternatives = fields.findInteger("top_logprobs", 0, MAX_ALTERNATIVES);
        boolean wanted = fields.flag("logprobs");
        if (alternatives.isPresent() && !wanted) {
            throw fields.refuse("top_logprobs", "invalid_value", "needs \"logprobs\": true.");
        }
        OptionalInt reported = wanted ? OptionalInt.of(alternatives.orElse(0)) : OptionalInt.empty();
        return request(fields, new Chat(messages(fields)), chatLimit(fields), reported);
    }

    private void requireKnown(RequestFields fields, Set<String> own) throws ApiError {
        String asked = fields.findText("model").orElse(model);
        if (!asked.equals(model)) {
            throw unknownModel(asked);
        }
        for (Map.Entry<String, String> neutral : NEUTRAL.entrySet()) {
            if (!fields.isNeutral(neutral.getKey(), neutral.getValue())) {
                throw fields.refuse(
                        neutral.getKey(),
                        "unsupported_value",
                        "is not supported with other values than " + neutral.getValue() + ".");
            }
        }
        Set<String> known = new HashSet<>(COMMON);
        known.addAll(own);
        known.addAll(WITHOUT_EFFECT);
        known.addAll(NEUTRAL.keySet());
        fields.requireOnly(known);
    }

    /** The error for a model that is not served. */
    ApiError unknownModel(String asked) {
        return ApiError.request(
                HttpResponseStatus.NOT_FOUND,
                "model_not_found",
                "There is no model \"" + asked + "\" here. This server has \"" + model + "\".");
    }

    private TextRequest request(RequestFields fields, Input input, OptionalInt maxTokens, OptionalInt alternatives)
            throws ApiError {
        Decoding decoding = new Decoding(
                fields.findNumber("temperature", 0, 2).orElse(1),
                fields.findNumber("top_p", 0, 1).orElse(1),
                fields.findInteger("top_k", 0, Integer.MAX_VALUE).orElse(0),
                fields.findNumber("min_p", 0, 1).orElse(0),
                fields.findWhole("seed")
                        .orElseGet(() -> ThreadLocalRandom.current().nextLong()),
                maxTokens,
                stops(fields));
        if (decoding.topP() == 0) {
            throw fields.refuse("top_p", "invalid_value", "is 0, expected a number above 0 and at most 1.");
        }
        return new TextRequest(input, decoding, thinking(fields), alternatives, delivery(fields));
    }

    private OptionalInt chatLimit(RequestFields fields) throws ApiError {
        OptionalInt former = fields.findInteger("max_tokens", 1, limits.outputTokens());
        OptionalInt present = fields.findInteger("max_completion_tokens", 1, limits.outputTokens());
        if (former.isPresent() && present.isPresent() && !former.equals(present)) {
            throw fields.refuse(
                    "max_tokens", "invalid_value", "and \"max_completion_tokens\" differ. Send one of them.");
        }
        return present.isPresent() ? present : former;
    }

    private static List<String> stops(RequestFields fields) throws ApiError {
        List<String> stops = fields.texts("stop");
        if (stops.size() > MAX_STOPS) {
            throw fields.refuse(
                    "stop", "invalid_value", "has " + stops.size() + " texts; at most " + MAX_STOPS + " are possible.");
        }
        for (String stop : stops) {
            if (stop.isEmpty() || stop.length() > MAX_STOP_LENGTH) {
                throw fields.refuse(
                        "stop",
                        "invalid_value",
                        "has a text of " + stop.length() + " characters, expected 1 to " + MAX_STOP_LENGTH + ".");
            }
        }
        return stops;
    }

    private Thinking thinking(RequestFields fields) throws ApiError {
        RequestFields own = fields.findNested("rpt4j").orElse(null);
        if (own == null) {
            return new Thinking(Mode.STANDARD, DEFAULT_THRESHOLD, DEFAULT_THOUGHT_TOKENS);
        }
        own.requireOnly(Set.of("mode", "threshold", "thought_tokens"));
        Mode mode = mode(own);
        if (own.has("threshold") && mode != Mode.HYBRID) {
            throw own.refuse("threshold", "invalid_value", "takes effect only with \"mode\": \"hybrid\".");
        }
        if (own.has("thought_tokens") && mode == Mode.STANDARD) {
            throw own.refuse("thought_tokens", "invalid_value", "takes effect only in a mode that thinks.");
        }
        return new Thinking(
                mode,
                own.findNumber("threshold", 0, Double.MAX_VALUE).orElse(DEFAULT_THRESHOLD),
                own.findInteger("thought_tokens", 1, limits.outputTokens())
                        .orElse(Math.min(DEFAULT_THOUGHT_TOKENS, limits.outputTokens())));
    }

    private static Mode mode(RequestFields own) throws ApiError {
        String name = own.findText("mode").orElse("standard");
        for (Mode mode : Mode.values()) {
            if (mode.name().toLowerCase(Locale.ROOT).equals(name.replace('-', '_'))) {
                return mode;
            }
        }
        throw own.refuse("mode", "invalid_value", "is \"" + name + "\", expected standard, every_token or hybrid.");
    }

    private static Delivery delivery(RequestFields fields) throws ApiError {
        boolean stream = fields.flag("stream");
        RequestFields options = fields.findNested("stream_options").orElse(null);
        if (options == null) {
            return new Delivery(stream, false);
        }
        if (!stream) {
            throw fields.refuse("stream_options", "invalid_value", "needs \"stream\": true.");
        }
        options.requireOnly(Set.of("include_usage", "include_obfuscation"));
        return new Delivery(true, options.flag("include_usage"));
    }

    private static void requireTextFormat(RequestFields fields) throws ApiError {
        RequestFields format = fields.findNested("response_format").orElse(null);
        if (format != null && !format.findText("type").orElse("text").equals("text")) {
            throw format.refuse("type", "unsupported_value", "is not supported with other values than \"text\".");
        }
    }

    private static List<ChatMessage> messages(RequestFields fields) throws ApiError {
        List<RequestFields> given = fields.list("messages");
        if (given.isEmpty()) {
            throw fields.refuse("messages", "invalid_value", "is empty; a chat needs a message.");
        }
        List<ChatMessage> messages = new ArrayList<>();
        for (RequestFields message : given) {
            messages.add(message(message));
        }
        return Collections.unmodifiableList(messages);
    }

    private static ChatMessage message(RequestFields fields) throws ApiError {
        // A client sends an answer back as it came, with its thought; templates leave old thoughts out.
        fields.requireOnly(Set.of("role", "content", "reasoning_content", "refusal", "annotations"));
        String role = fields.text("role");
        if (!ROLES.contains(role)) {
            throw fields.refuse(
                    "role", "unsupported_value", "is \"" + role + "\", expected system, user or assistant.");
        }
        return new ChatMessage(role.equals("developer") ? "system" : role, content(fields));
    }

    private static String content(RequestFields fields) throws ApiError {
        if (!fields.has("content") || fields.isText("content")) {
            return fields.text("content");
        }
        StringBuilder text = new StringBuilder();
        for (RequestFields part : fields.list("content")) {
            part.requireOnly(Set.of("type", "text"));
            if (!part.text("type").equals("text")) {
                throw part.refuse("type", "unsupported_value", "is not supported with other values than \"text\".");
            }
            text.append(part.text("text"));
        }
        return text.toString();
    }
}
