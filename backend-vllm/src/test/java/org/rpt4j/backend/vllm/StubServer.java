package org.rpt4j.backend.vllm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.rpt4j.api.error.NumericalException;
import org.rpt4j.spi.http.RequestSettings;
import org.rpt4j.tck.reference.ReferenceForward;
import org.rpt4j.tck.reference.ReferenceModel;
import org.rpt4j.tck.reference.Softmax;

/** A server with the fields that vLLM documents, which computes with the reference model. */
final class StubServer implements AutoCloseable {

    static final String MODEL = "tiny";

    /** Answers instead of the model; gets the number of the request, from 1, and what the model says. */
    interface Reply {
        void to(HttpExchange exchange, int request, ObjectNode answer) throws IOException;
    }

    private final ObjectMapper mapper = new ObjectMapper();
    private final ReferenceModel model;
    private final HttpServer server;
    private final ExecutorService executor = Executors.newCachedThreadPool();
    final AtomicInteger requests = new AtomicInteger();
    final AtomicInteger running = new AtomicInteger();
    final AtomicInteger mostRunning = new AtomicInteger();
    volatile JsonNode lastRequest = mapper.createObjectNode();
    volatile Reply reply =
            (exchange, request, answer) -> send(exchange, 200, answer.toString().replace("\"NaN\"", "NaN"));
    volatile int maxModelLen;
    volatile String root = "/models/tiny";

    StubServer(Path directory, int maxModelLen) {
        this.model = ReferenceModel.read(directory);
        this.maxModelLen = maxModelLen;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(executor);
        server.createContext(
                "/v1/models",
                exchange -> send(
                        exchange,
                        200,
                        "{\"data\":[{\"id\":\"" + MODEL + "\",\"root\":\"" + root
                                + "\",\"parent\":null,\"max_model_len\":" + this.maxModelLen + "}]}"));
        server.createContext("/v1/completions", this::complete);
        server.start();
    }

    VllmSettings settings() {
        URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        Duration minute = Duration.ofSeconds(60);
        return new VllmSettings(
                url, null, "secret-key", new RequestSettings(2, minute, minute, 2, Duration.ofMillis(1), minute));
    }

    private void complete(HttpExchange exchange) throws IOException {
        int now = running.incrementAndGet();
        mostRunning.accumulateAndGet(now, Math::max);
        try {
            JsonNode request = mapper.readTree(exchange.getRequestBody());
            lastRequest = request;
            reply.to(exchange, requests.incrementAndGet(), answer(request));
        } finally {
            running.decrementAndGet();
        }
    }

    private ObjectNode answer(JsonNode request) {
        ObjectNode answer =
                mapper.createObjectNode().put("model", request.path("model").asText());
        ArrayNode choices = answer.putArray("choices");
        for (JsonNode prompt : request.path("prompt")) {
            int[] tokens = IntStream.range(0, prompt.size())
                    .map(i -> prompt.get(i).intValue())
                    .toArray();
            ObjectNode choice = choices.addObject().put("index", choices.size() - 1);
            ArrayNode positions = choice.putArray("prompt_logprobs").addNull();
            ReferenceForward forward = new ReferenceForward(model).append(tokens);
            for (int t = 1; t < tokens.length; t++) {
                position(
                        positions.addObject(),
                        logProbs(forward, t - 1),
                        tokens[t],
                        request.path("prompt_logprobs").intValue());
            }
        }
        return answer;
    }

    /** The true token first and then the k most probable, as vLLM does. */
    private static void position(ObjectNode position, double[] logProbs, int trueToken, int k) {
        List<Integer> order = IntStream.range(0, logProbs.length)
                .boxed()
                .sorted(Comparator.comparingDouble(id -> -logProbs[id]))
                .toList();
        entry(position, trueToken, logProbs, order.indexOf(trueToken) + 1);
        for (int rank = 1; rank <= k; rank++) {
            entry(position, order.get(rank - 1), logProbs, rank);
        }
    }

    /** Where the reference refuses to go on, a server computes NaN. */
    private double[] logProbs(ReferenceForward forward, int position) {
        try {
            return Softmax.logProbs(forward.logits(position), 1);
        } catch (NumericalException e) {
            double[] nothing = new double[model.config().describe().vocabularySize()];
            Arrays.fill(nothing, Double.NaN);
            return nothing;
        }
    }

    private static void entry(ObjectNode position, int id, double[] logProbs, int rank) {
        position.putObject(Integer.toString(id))
                .put("logprob", Math.max(logProbs[id], -9999))
                .put("rank", rank)
                .put("decoded_token", "t" + id);
    }

    static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
