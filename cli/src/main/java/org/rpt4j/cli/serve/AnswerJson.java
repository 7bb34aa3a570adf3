package org.rpt4j.cli.serve;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.rpt4j.cli.serve.Engine.End;
import org.rpt4j.cli.serve.Engine.Note;
import org.rpt4j.cli.serve.Engine.Outcome;
import org.rpt4j.cli.serve.Engine.Piece;
import org.rpt4j.cli.serve.Engine.ThoughtBegins;
import org.rpt4j.cli.serve.Engine.ThoughtEnds;
import org.rpt4j.cli.serve.Engine.TokenLogProb;
import org.rpt4j.cli.serve.Engine.Usage;

/**
 * The JSON of one answer, whole or in chunks: that of OpenAI's chat completions or completions, with thoughts as {@code
 * reasoning_content} beside the text, as DeepSeek sends them, and where and why the model thought under {@code
 * rpt4j}. Not thread-safe: it counts characters.
 */
final class AnswerJson {

    private static final String THOUGHT = "reasoning_content";
    private static final String OWN = "rpt4j";

    private final boolean chat;
    private final boolean logProbs;
    private final String id;
    private final long created;
    private final String model;
    private int characters;

    AnswerJson(TextRequest request, String id, long created, String model) {
        this.chat = request.isChat();
        this.logProbs = request.topLogProbs().isPresent();
        this.id = id;
        this.created = created;
        this.model = model;
    }

    /** The first chunk of a chat, which names the role; completions have none. */
    @Nullable
    ObjectNode opening() {
        if (!chat) {
            return null;
        }
        ObjectNode root = root(true);
        ObjectNode choice = choice(root);
        choice.putObject("delta").put("role", "assistant").put("content", "");
        choice.putNull("logprobs").putNull("finish_reason");
        return root;
    }

    /** A chunk that carries a part of the answer. */
    ObjectNode chunk(Piece piece) {
        ObjectNode root = root(true);
        ObjectNode choice = choice(root);
        if (chat) {
            choice.putObject("delta").put(piece.thought() ? THOUGHT : "content", piece.text());
        } else {
            choice.put("text", piece.thought() ? "" : piece.text());
            if (piece.thought()) {
                choice.put(THOUGHT, piece.text());
            }
        }
        putLogProbs(choice, piece.tokens());
        choice.putNull("finish_reason");
        piece.note().ifPresent(note -> putNote(choice.putObject(OWN), note));
        return root;
    }

    /** The last chunk with a choice. */
    ObjectNode closing(End end) {
        ObjectNode root = root(true);
        ObjectNode choice = choice(root);
        if (chat) {
            choice.putObject("delta");
        } else {
            choice.put("text", "");
        }
        choice.putNull("logprobs").put("finish_reason", name(end));
        return root;
    }

    /** The chunk with the number of tokens. */
    ObjectNode usage(Usage usage) {
        ObjectNode root = root(true);
        root.putArray("choices");
        putUsage(root, usage);
        return root;
    }

    /** The whole answer. */
    ObjectNode whole(String text, String thought, List<TokenLogProb> tokens, List<Note> notes, Outcome outcome) {
        ObjectNode root = root(false);
        ObjectNode choice = choice(root);
        ObjectNode holder = choice;
        if (chat) {
            holder = choice.putObject("message").put("role", "assistant").put("content", text);
            holder.putNull("refusal");
        } else {
            choice.put("text", text);
        }
        if (!thought.isEmpty()) {
            holder.put(THOUGHT, thought);
        }
        putLogProbs(choice, tokens);
        choice.put("finish_reason", name(outcome.end()));
        if (!notes.isEmpty()) {
            ArrayNode thoughts = choice.putObject(OWN).putArray("thoughts");
            notes.forEach(note -> putNote(thoughts.addObject(), note));
        }
        putUsage(root, outcome.usage());
        return root;
    }

    private static void putNote(ObjectNode to, Note note) {
        to.put("position", note.position());
        if (note instanceof ThoughtBegins begins) {
            to.put("entropy", begins.entropy());
        } else if (note instanceof ThoughtEnds ends) {
            to.put("entropy", ends.entropy()).put("outcome", ends.outcome()).put("prediction", ends.prediction());
        }
    }

    private ObjectNode root(boolean chunk) {
        String object = chat ? chunk ? "chat.completion.chunk" : "chat.completion" : "text_completion";
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", id)
                .put("object", object)
                .put("created", created)
                .put("model", model);
    }

    private static ObjectNode choice(ObjectNode root) {
        return root.putArray("choices").addObject().put("index", 0);
    }

    private static String name(End end) {
        return end.name().toLowerCase(Locale.ROOT);
    }

    private static void putUsage(ObjectNode root, Usage usage) {
        int completion = usage.output() + usage.thought();
        root.putObject("usage")
                .put("prompt_tokens", usage.prompt())
                .put("completion_tokens", completion)
                .put("total_tokens", usage.prompt() + completion)
                .putObject("completion_tokens_details")
                .put("reasoning_tokens", usage.thought());
    }

    private void putLogProbs(ObjectNode choice, List<TokenLogProb> tokens) {
        if (!logProbs) {
            choice.putNull("logprobs");
        } else if (chat) {
            ArrayNode content = choice.putObject("logprobs").putArray("content");
            for (TokenLogProb token : tokens) {
                ObjectNode own = putToken(content.addObject(), token);
                ArrayNode top = own.putArray("top_logprobs");
                token.alternatives().forEach(alternative -> putToken(top.addObject(), alternative));
            }
        } else {
            putFlat(choice.putObject("logprobs"), tokens);
        }
    }

    private static ObjectNode putToken(ObjectNode to, TokenLogProb token) {
        to.put("token", text(token)).put("logprob", token.logProb());
        ArrayNode bytes = to.putArray("bytes");
        token.bytes().forEach(bytes::add);
        return to;
    }

    private void putFlat(ObjectNode to, List<TokenLogProb> tokens) {
        ArrayNode texts = to.putArray("tokens");
        ArrayNode values = to.putArray("token_logprobs");
        ArrayNode tops = to.putArray("top_logprobs");
        ArrayNode offsets = to.putArray("text_offset");
        for (TokenLogProb token : tokens) {
            texts.add(text(token));
            values.add(token.logProb());
            ObjectNode top = tops.addObject();
            token.alternatives().forEach(alternative -> top.put(text(alternative), alternative.logProb()));
            offsets.add(characters);
            characters += text(token).length();
        }
    }

    private static String text(TokenLogProb token) {
        byte[] bytes = new byte[token.bytes().size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = token.bytes().get(i).byteValue();
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
