package org.rpt4j.backend.vllm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.error.BackendFailureException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.model.format.AbsentTokens;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.ModelConfigReader;
import org.rpt4j.spi.http.Endpoint;
import org.rpt4j.spi.kit.InputLimits;
import org.rpt4j.spi.kit.Interrupts;
import org.rpt4j.spi.kit.OpenModels;
import org.rpt4j.spi.kit.ScoredSequence;

/**
 * A served model as a scorer. A few requests run at a time, each with as many sequences as its answer can hold. The
 * context window is that of the folder, or one token less than the server's, which counts the token that it must
 * generate.
 */
final class VllmProxyScorer implements ProxyScorer, OpenModels.Model {

    /** Log-probabilities per request: an answer of some megabytes. */
    private static final int ENTRIES = 1 << 16;

    /** More than an entry takes, with its decoded token. */
    private static final int ENTRY_BYTES = 1024;

    private static final int FIXED_BYTES = 1 << 20;

    /** A request on its way and its sequences. */
    private record Sent(List<int[]> sequences, Endpoint.Call call) {}

    private final VllmSettings settings;
    private final Endpoint server;
    private final String local;
    private final ServedModel served;
    private final ModelDescription description;
    private final InputLimits limits;
    private final ReentrantLock turn = new ReentrantLock(true);

    private VllmProxyScorer(
            VllmSettings settings,
            Endpoint server,
            String local,
            ServedModel served,
            ModelConfig config,
            AbsentTokens absent) {
        ModelDescription own = config.describe();
        this.settings = settings;
        this.server = server;
        this.local = local;
        this.served = served;
        this.description = new ModelDescription(
                own.architecture(),
                own.parameterCount(),
                own.vocabularySize(),
                Math.min(own.contextLength(), served.contextLength() - 1));
        this.limits = InputLimits.of(description, absent);
    }

    static VllmProxyScorer open(ModelSource source, VllmSettings settings) {
        ModelConfig config = ModelConfigReader.read(source);
        AbsentTokens absent =
                AbsentTokens.of(source.directory(), config.describe().vocabularySize(), config.endTokens());
        Endpoint server = settings.endpoint();
        return new VllmProxyScorer(
                settings, server, source.directory().toString(), ServedModel.find(server, settings), config, absent);
    }

    @Override
    public ModelDescription description() {
        if (isClosed()) {
            throw new IllegalStateException("this scorer is closed; description is no longer possible");
        }
        return description;
    }

    @Override
    public Optional<String> identity() {
        description();
        return Optional.of(served.identity());
    }

    @Override
    public List<TokenScores> score(List<int[]> given, ScoringOptions options) {
        try {
            turn.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperationCancelledException("scoring was interrupted before it started", e);
        }
        try {
            description();
            return run(limits.requireScorable(given, options), options);
        } finally {
            turn.unlock();
        }
    }

    private List<TokenScores> run(List<int[]> sequences, ScoringOptions options) {
        Interrupts.check("scoring");
        Answers answers = new Answers("the server " + settings.url(), local, limits, options);
        List<int[]> scorable =
                sequences.stream().filter(sequence -> sequence.length > 1).toList();
        Deque<TokenScores> computed = new ArrayDeque<>();
        Deque<Sent> sent = new ArrayDeque<>();
        try {
            int asked = Answers.asked(options, limits);
            for (List<int[]> pack : ScoredSequence.packs(scorable, Math.max(1, ENTRIES / (asked + 1)))) {
                if (sent.size() == settings.requests().requests()) {
                    computed.addAll(receive(sent.remove(), answers));
                }
                Interrupts.check("scoring");
                sent.add(new Sent(pack, send(pack, asked)));
            }
            while (!sent.isEmpty()) {
                computed.addAll(receive(sent.remove(), answers));
            }
        } finally {
            sent.forEach(each -> each.call().answer().cancel(true));
        }
        return sequences.stream()
                .map(sequence ->
                        sequence.length > 1 ? computed.remove() : new ScoredSequence(1, options.candidates()).scores())
                .toList();
    }

    private Endpoint.Call send(List<int[]> pack, int asked) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("model", served.id());
        ArrayNode prompts = body.putArray("prompt");
        long tokens = 0;
        for (int[] sequence : pack) {
            ArrayNode ids = prompts.addArray();
            for (int id : sequence) {
                ids.add(id);
            }
            tokens += sequence.length;
        }
        // Everything that a generation_config.json on the server could change is said, though one token is thrown away.
        body.put("prompt_logprobs", asked);
        body.put("max_tokens", 1);
        body.put("min_tokens", 0);
        body.put("n", 1);
        body.put("temperature", 0);
        body.put("top_p", 1);
        body.put("top_k", 0);
        body.put("min_p", 0);
        body.put("repetition_penalty", 1);
        body.put("presence_penalty", 0);
        body.put("frequency_penalty", 0);
        body.put("add_special_tokens", false);
        body.put("echo", false);
        body.put("stream", false);
        long bound = FIXED_BYTES + tokens * (asked + 1L) * ENTRY_BYTES;
        return server.post("/v1/completions", body.toString().getBytes(StandardCharsets.UTF_8), bound);
    }

    private List<TokenScores> receive(Sent sent, Answers answers) {
        JsonNode json;
        try {
            json = Answers.parse(server, settings, server.await(sent.call()));
        } finally {
            sent.call().answer().cancel(true);
        }
        String model = json.path("model").asText("");
        if (!model.equals(served.id())) {
            throw new BackendFailureException("the server " + settings.url() + " answered with the model \"" + model
                    + "\", asked was \"" + served.id() + "\"");
        }
        JsonNode choices = json.path("choices");
        if (choices.size() != sent.sequences().size()) {
            throw new BackendFailureException("the server " + settings.url() + " gave " + choices.size()
                    + " choices for " + sent.sequences().size() + " sequences");
        }
        List<TokenScores> scores = new ArrayList<>();
        for (int i = 0; i < choices.size(); i++) {
            JsonNode choice = choices.get(i);
            if (choice.path("index").asInt(-1) != i) {
                throw new BackendFailureException("the server " + settings.url() + " gave the index "
                        + choice.path("index") + " to choice " + i + ", expected choices in order");
            }
            scores.add(answers.read(choice, sent.sequences().get(i)));
        }
        return scores;
    }

    @Override
    public boolean isClosed() {
        return server.isClosed();
    }

    /** Ends the requests of a call that runs, which then fails. */
    @Override
    public void close() {
        server.close();
    }
}
