package org.rpt4j.run.supervised;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.core.prompt.ChatMessage;
import org.rpt4j.core.tokenize.ThoughtMarkers;
import org.rpt4j.model.format.JsonFields;
import org.rpt4j.model.format.JsonLinesFile;
import org.rpt4j.run.supervised.ThoughtTrace.Chat;
import org.rpt4j.run.supervised.ThoughtTrace.Text;

/**
 * Thought traces as JSON Lines. A row has one of three forms; other fields are ignored:
 *
 * <ul>
 *   <li>{@code context}, {@code thought} and {@code prediction}: what follows a text, asked with the instruction of the
 *       run. {@code context_tokens} may give the token ids of the text.
 *   <li>{@code prompt}, {@code thought} and {@code answer}: one message of the user. The answer is learned as it is.
 *   <li>{@code messages}, a list of {@code role} and {@code content}, of which the last is the assistant's. Its thought
 *       is its {@code reasoning_content}, or stands between markers at the start of its content.
 * </ul>
 *
 * @since 0.1.0
 */
public final class TraceFile {

    private static final int MAX_LINE_BYTES = 1 << 24;
    private static final String ASSISTANT = "assistant";

    private TraceFile() {}

    /**
     * Reads the traces of files, in order. Held in memory.
     *
     * @param markers what may stand around the thought of an assistant's message
     * @throws CorpusException if a file is missing or a row is malformed; the message names file, line and field
     */
    public static List<ThoughtTrace> read(List<Path> files, ThoughtMarkers markers) {
        List<ThoughtTrace> traces = new ArrayList<>();
        for (Path file : files) {
            try (JsonLinesFile lines = new JsonLinesFile(file, MAX_LINE_BYTES, CorpusException::new)) {
                for (@Nullable JsonFields row = lines.next(); row != null; row = lines.next()) {
                    traces.add(trace(row, markers));
                }
            }
        }
        return traces;
    }

    private static ThoughtTrace trace(JsonFields row, ThoughtMarkers markers) {
        if (row.contains("messages")) {
            return conversation(row, markers);
        }
        if (row.contains("context")) {
            List<Integer> tokens = row.contains("context_tokens")
                    ? Arrays.stream(row.integers("context_tokens", 0)).boxed().toList()
                    : List.of();
            return new ThoughtTrace(new Text(row.text("context"), tokens), thought(row), row.text("prediction"));
        }
        if (row.contains("prompt")) {
            return new ThoughtTrace(
                    new Chat(List.of(ChatMessage.user(row.text("prompt")))), thought(row), row.text("answer"));
        }
        throw row.refuse("It has neither \"context\" nor \"prompt\" nor \"messages\". A thought trace has one of them;"
                + " docs/cold-start.md shows the three forms.");
    }

    private static String thought(JsonFields row) {
        return row.contains("thought") ? row.text("thought").strip() : "";
    }

    private static ThoughtTrace conversation(JsonFields row, ThoughtMarkers markers) {
        List<JsonFields> messages = row.list("messages");
        if (messages.size() < 2
                || !messages.get(messages.size() - 1).text("role").equals(ASSISTANT)) {
            throw row.refuse("messages", "at least two messages, of which the last has the role \"assistant\"");
        }
        List<ChatMessage> asked = messages.subList(0, messages.size() - 1).stream()
                .map(message -> new ChatMessage(message.text("role"), message.text("content")))
                .toList();
        JsonFields answer = messages.get(messages.size() - 1);
        String content = answer.text("content").strip();
        String thought = answer.contains("reasoning_content")
                ? answer.text("reasoning_content").strip()
                : "";
        int end = content.lastIndexOf(markers.end());
        if (end >= 0) {
            if (!thought.isEmpty()) {
                throw answer.refuse("It has a thought in \"reasoning_content\" and another in its content. Keep one.");
            }
            String before = content.substring(0, end).strip();
            thought = before.startsWith(markers.start())
                    ? before.substring(markers.start().length()).strip()
                    : before;
            content = content.substring(end + markers.end().length()).strip();
        }
        return new ThoughtTrace(new Chat(asked), thought, content);
    }

    /** A row that {@link #read} understands, by field. */
    public static Map<String, Object> row(ThoughtTrace trace) {
        Map<String, Object> row = new LinkedHashMap<>();
        if (trace.asked() instanceof Text text) {
            row.put("context", text.context());
            row.put("context_tokens", text.tokens());
            row.put("thought", trace.thought());
            row.put("prediction", trace.answer());
        } else {
            List<Map<String, String>> messages = new ArrayList<>();
            ((Chat) trace.asked())
                    .messages()
                    .forEach(message -> messages.add(Map.of("role", message.role(), "content", message.content())));
            messages.add(Map.of("role", ASSISTANT, "content", trace.answer(), "reasoning_content", trace.thought()));
            row.put("messages", messages);
        }
        return row;
    }
}
