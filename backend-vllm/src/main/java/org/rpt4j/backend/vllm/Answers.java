package org.rpt4j.backend.vllm;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.TokenScores.Candidate;
import org.rpt4j.api.error.BackendFailureException;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.api.error.NumericalException;
import org.rpt4j.spi.http.Endpoint;
import org.rpt4j.spi.kit.InputLimits;
import org.rpt4j.spi.kit.ScoredSequence;

/**
 * Reads {@code prompt_logprobs}: per position null, or the log-probabilities of the k most probable tokens and of the
 * true one. Immutable.
 *
 * <p>vLLM writes -9999 for a log-probability of minus infinity: a probability of 0, which the true token cannot have. An
 * id that no token has is left out, as other backends give it probability 0. Ties go to the lowest id among the k that
 * the server tells; a tie of more than k tokens is not visible.
 */
final class Answers {

    /** A log-probability may exceed 0 by rounding of the server's precision, and a sum of probabilities 1. */
    private static final double ROUNDING = 1e-2;

    /** What vLLM writes for a log-probability of minus infinity, which JSON has no number for. */
    private static final double MINUS_INFINITY = -9999;

    private static final Comparator<Candidate> BEST_FIRST =
            Comparator.comparingDouble(Candidate::logProb).reversed().thenComparingInt(Candidate::token);

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(32).build())
                    .build())
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final String where;
    private final String local;
    private final InputLimits limits;
    private final ScoringOptions options;

    Answers(String where, String local, InputLimits limits, ScoringOptions options) {
        this.where = where;
        this.local = local;
        this.limits = limits;
        this.options = options;
    }

    /** Number of log-probabilities that the server is asked for at each position, beside that of the true token. */
    static int asked(ScoringOptions options, InputLimits limits) {
        return Math.min(Math.max(options.topK(), options.candidates()), limits.tokenCount());
    }

    static JsonNode parse(Endpoint server, VllmSettings settings, byte[] body) {
        try {
            JsonNode json = MAPPER.readTree(body);
            if (json != null && json.isObject()) {
                return json;
            }
        } catch (IOException e) {
            throw noJson(server, settings, body, e);
        }
        throw noJson(server, settings, body, null);
    }

    private static BackendFailureException noJson(
            Endpoint server, VllmSettings settings, byte[] body, @Nullable IOException cause) {
        return new BackendFailureException(
                "the server " + settings.url() + " did not answer with a JSON object: " + server.excerpt(body)
                        + ". Check that rpt4j.vllm.url leads to vLLM and not to a proxy or another service.",
                cause);
    }

    /** Reads the scores of one sequence of at least two tokens. */
    TokenScores read(JsonNode choice, int[] sequence) {
        JsonNode positions = choice.path("prompt_logprobs");
        if (!positions.isArray() || positions.size() != sequence.length) {
            throw new BackendFailureException(where + " gave "
                    + (positions.isArray() ? positions.size() + " positions" : "no prompt_logprobs")
                    + " for a sequence of " + sequence.length + " tokens. Use a server with the fields of vLLM.");
        }
        ScoredSequence scores = new ScoredSequence(sequence.length, options.candidates());
        for (int t = 1; t < sequence.length; t++) {
            read(positions.get(t), t, sequence[t], scores);
        }
        return scores.scores();
    }

    private void read(JsonNode position, int t, int trueToken, ScoredSequence scores) {
        int asked = asked(options, limits);
        if (!position.isObject() || position.size() < asked) {
            throw new BackendFailureException(where + " gave " + position.size() + " log-probabilities at position " + t
                    + ", asked were " + asked + ". Use a server with the fields of vLLM.");
        }
        double[] logProbs = new double[position.size()];
        int count = 0;
        int best = -1;
        double highest = Double.NEGATIVE_INFINITY;
        double total = 0;
        double ofTrue = Double.NaN;
        boolean found = false;
        List<Candidate> candidates = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : position.properties()) {
            int id = id(entry.getKey(), t);
            double logProb = logProb(entry.getValue(), id, t);
            double exact = logProb <= MINUS_INFINITY ? Double.NEGATIVE_INFINITY : logProb;
            if (id == trueToken) {
                ofTrue = exact;
                found = true;
            }
            if (limits.absentTokens().contains(id)) {
                continue;
            }
            if (options.candidates() > 0) {
                candidates.add(new Candidate(id, exact));
            }
            logProbs[count++] = logProb;
            total += Math.exp(logProb);
            if (best < 0 || logProb > highest || (logProb == highest && id < best)) {
                best = id;
                highest = logProb;
            }
        }
        if (!found) {
            throw new ModelFormatException(where + " gave no log-probability of token " + trueToken + " at position "
                    + t + ", which " + local + " has there: the server read other tokens than it was sent");
        }
        if (total > 1 + ROUNDING) {
            throw notProbabilities(t, "probabilities with a sum of " + total);
        }
        scores.set(t, entropy(Arrays.copyOf(logProbs, count)), best, ofTrue);
        setCandidates(t, candidates, scores);
    }

    private void setCandidates(int t, List<Candidate> told, ScoredSequence scores) {
        if (told.size() < options.candidates()) {
            throw new BackendFailureException(where + " gave " + told.size() + " tokens of " + local + " at position "
                    + t + ", asked were " + options.candidates() + " candidates: the other ids have no token there. "
                    + "Lower the candidates, or name the folder of the served model.");
        }
        told.sort(BEST_FIRST);
        for (int rank = 0; rank < options.candidates(); rank++) {
            scores.setCandidate(t, rank, told.get(rank).token(), told.get(rank).logProb());
        }
    }

    private int id(String key, int t) {
        int id = key.matches("\\d{1,9}") ? Integer.parseInt(key) : -1;
        if (id < 0 || id >= limits.vocabularySize()) {
            throw new ModelFormatException(where + " gave the token id \"" + key + "\" at position " + t + ", but "
                    + local + " has " + limits.vocabularySize()
                    + " ids: the served model is another one. Serve the model of the folder, or name its folder.");
        }
        return id;
    }

    private double logProb(JsonNode entry, int id, int t) {
        JsonNode value = entry.path("logprob");
        if (!value.isNumber()) {
            throw new BackendFailureException(where + " gave the logprob " + value + " of token " + id + " at position "
                    + t + ", expected a number");
        }
        double logProb = value.doubleValue();
        if (!Double.isFinite(logProb)) {
            throw new NumericalException(where + " gave the logprob " + logProb + " of token " + id + " at position "
                    + t + "; a log-probability must be finite");
        }
        if (logProb > ROUNDING) {
            throw notProbabilities(t, "the logprob " + logProb + " of token " + id);
        }
        return logProb;
    }

    private BackendFailureException notProbabilities(int t, String what) {
        return new BackendFailureException(where + " gave " + what + " at position " + t
                + ", more than is possible. Start it with --logprobs-mode raw_logprobs.");
    }

    /** H = -sum p ln p over the k largest, with p renormalised over them or as given. */
    private double entropy(double[] logProbs) {
        Arrays.sort(logProbs);
        int k = Math.min(options.topK(), limits.tokenCount());
        double[] largest = Arrays.copyOfRange(logProbs, Math.max(0, logProbs.length - k), logProbs.length);
        double norm = 0;
        if (options.renormalise()) {
            double highest = largest[largest.length - 1];
            for (double logProb : largest) {
                norm += Math.exp(logProb - highest);
            }
            norm = highest + Math.log(norm);
        }
        double entropy = 0;
        for (double logProb : largest) {
            double normalised = logProb - norm;
            entropy -= Math.exp(normalised) * normalised;
        }
        return entropy;
    }
}
