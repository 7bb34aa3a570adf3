package org.rpt4j.judge;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.BackendFailureException;
import org.rpt4j.api.error.BackendUnavailableException;
import org.rpt4j.spi.http.Endpoint;

/** A model on a server with an OpenAI-compatible chat API. A few requests run at a time, one for each vote. */
final class EndpointJudge implements Judge {

    private static final String PATH = "/v1/chat/completions";
    private static final long MOST_BYTES = 4 << 20;

    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(64).build())
                    .build())
            .build();

    private final Endpoint endpoint;
    private final String server;
    private final String model;
    private final JudgeOptions.Polling polling;
    private final int parallel;

    /** @param parallel most requests at a time */
    EndpointJudge(Endpoint endpoint, String server, String model, JudgeOptions.Polling polling, int parallel) {
        this.endpoint = endpoint;
        this.server = server;
        this.model = model;
        this.polling = polling;
        this.parallel = parallel;
    }

    /** Not the address: the same model may move. */
    @Override
    public String identity() {
        return "served " + model + " " + polling;
    }

    /** One vote on a question. */
    private record Vote(String text, long promptTokens, long completionTokens) {}

    @Override
    public List<Reply> ask(List<String> questions) {
        Deque<Endpoint.Call> sent = new ArrayDeque<>();
        List<Reply> replies = new ArrayList<>();
        int next = 0;
        int all = questions.size() * polling.votes();
        try {
            while (replies.size() < questions.size()) {
                List<Vote> votes = new ArrayList<>();
                Optional<Reply> failed = Optional.empty();
                for (int vote = 0; vote < polling.votes(); vote++) {
                    while (next < all && sent.size() < parallel) {
                        sent.add(send(questions.get(next / polling.votes()), next % polling.votes()));
                        next++;
                    }
                    Endpoint.Call call = sent.remove();
                    try {
                        votes.add(read(endpoint.await(call)));
                    } catch (BackendFailureException e) {
                        failed = Optional.of(new Reply.Failed("the judge failed: " + e.getMessage()));
                    } catch (BackendUnavailableException e) {
                        return down(e, replies, questions.size());
                    } finally {
                        call.answer().cancel(true);
                    }
                }
                replies.add(failed.orElseGet(() -> answered(votes)));
            }
        } finally {
            sent.forEach(call -> call.answer().cancel(true));
        }
        return replies;
    }

    /** Without a connection no other question is tried: each would take all retries. A wrong key is an error at once. */
    private static List<Reply> down(BackendUnavailableException error, List<Reply> replies, int questions) {
        if (!(error.getCause() instanceof ConnectException)) {
            throw error;
        }
        List<Reply> all = new ArrayList<>(replies);
        while (all.size() < questions) {
            all.add(new Reply.Failed("the judge is down: " + error.getMessage()));
        }
        return all;
    }

    private Endpoint.Call send(String question, int vote) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("model", model);
        body.putArray("messages").addObject().put("role", "user").put("content", question);
        body.put("temperature", polling.temperature());
        body.put("max_tokens", polling.maxTokens());
        body.put("seed", vote);
        body.put("stream", false);
        return endpoint.post(PATH, body.toString().getBytes(StandardCharsets.UTF_8), MOST_BYTES);
    }

    private Vote read(byte[] body) {
        @Nullable JsonNode json = null;
        try {
            json = JSON.readTree(body);
        } catch (IOException e) {
            throw noAnswer(body, e);
        }
        JsonNode content =
                json == null ? JsonNodeFactory.instance.missingNode() : json.at("/choices/0/message/content");
        if (json == null || !content.isTextual()) {
            throw noAnswer(body, null);
        }
        return new Vote(
                content.textValue(),
                Math.max(0, json.at("/usage/prompt_tokens").asLong()),
                Math.max(0, json.at("/usage/completion_tokens").asLong()));
    }

    private BackendFailureException noAnswer(byte[] body, @Nullable IOException cause) {
        return new BackendFailureException(
                "the server " + server + " did not answer with a chat completion: " + endpoint.excerpt(body)
                        + ". Check that the option url leads to an OpenAI-compatible server.",
                cause);
    }

    private static Reply answered(List<Vote> votes) {
        return new Reply.Answered(
                votes.stream().map(Vote::text).toList(),
                votes.stream().mapToLong(Vote::promptTokens).sum(),
                votes.stream().mapToLong(Vote::completionTokens).sum());
    }

    @Override
    public void close() {
        endpoint.close();
    }
}
