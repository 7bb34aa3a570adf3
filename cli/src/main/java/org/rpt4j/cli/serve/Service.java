package org.rpt4j.cli.serve;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.rpt4j.cli.serve.Job.Cancelled;

/** Answers the requests that were admitted. Thread-safe. */
final class Service {

    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final String model;
    private final JobQueue queue;
    private final RequestReader reader;
    private final ServerMeters meters;
    private final ServerLog log;
    private final LivePage page = LivePage.load();
    private final long started = Instant.now().getEpochSecond();
    private volatile boolean stopping;

    Service(String model, ServerLimits limits, JobQueue queue, ServerMeters meters, ServerLog log) {
        this.model = model;
        this.queue = queue;
        this.reader = new RequestReader(model, limits);
        this.meters = meters;
        this.log = log;
    }

    /**
     * Answers now, or begins to.
     *
     * @param path of the request
     * @return the job that answers later; null if this is the answer
     * @throws ApiError if there is none
     */
    @Nullable
    Job handle(Endpoint endpoint, String path, byte[] body, Reply reply) throws ApiError {
        switch (endpoint) {
            case PAGE -> reply.whole(page.response());
            case HEALTH -> reply.whole(health());
            case METRICS ->
                reply.whole(Responses.whole(
                        HttpResponseStatus.OK, PROMETHEUS, meters.scrape().getBytes(StandardCharsets.UTF_8)));
            case MODELS -> reply.whole(Responses.json(HttpResponseStatus.OK, models()));
            case MODEL -> reply.whole(Responses.json(HttpResponseStatus.OK, model(Endpoint.modelOf(path))));
            case COMPLETIONS -> {
                return submit(reader.completion(body), reply);
            }
            case CHAT -> {
                return submit(reader.chat(body), reply);
            }
            case UNKNOWN -> throw new IllegalArgumentException("an unknown path is not admitted");
        }
        return null;
    }

    /** Ends a job soon. */
    void cancel(Job job, Cancelled reason) {
        queue.cancel(job, reason);
    }

    /** From now on the health check fails, so that no load balancer sends more, and nothing is begun. */
    void stop() {
        stopping = true;
    }

    private Job submit(TextRequest request, Reply reply) throws ApiError {
        if (stopping) {
            throw Job.stopping();
        }
        String id = (request.isChat() ? "chatcmpl-" : "cmpl-") + UUID.randomUUID();
        AnswerJson json = new AnswerJson(request, id, Instant.now().getEpochSecond(), model);
        Answer answer = request.delivery().stream()
                ? new StreamedAnswer(json, request.delivery().usage(), reply)
                : new WholeAnswer(json, reply);
        Job job = new Job(request, answer, meters, log);
        queue.add(job);
        return job;
    }

    private FullHttpResponse health() {
        ObjectNode state = JsonNodeFactory.instance
                .objectNode()
                .put("status", stopping ? "stopping" : "ok")
                .put("running", queue.running())
                .put("waiting", queue.waiting());
        return Responses.json(stopping ? HttpResponseStatus.SERVICE_UNAVAILABLE : HttpResponseStatus.OK, state);
    }

    private ObjectNode models() {
        ObjectNode root = JsonNodeFactory.instance.objectNode().put("object", "list");
        root.putArray("data").add(model());
        return root;
    }

    private ObjectNode model(String asked) throws ApiError {
        if (!asked.equals(model)) {
            throw reader.unknownModel(asked);
        }
        return model();
    }

    private ObjectNode model() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", model)
                .put("object", "model")
                .put("created", started)
                .put("owned_by", "rpt4j");
    }
}
