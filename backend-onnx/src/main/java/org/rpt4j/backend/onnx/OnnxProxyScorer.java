package org.rpt4j.backend.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Device;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.error.Printable;
import org.rpt4j.backend.onnx.surgery.ScoringGraph;
import org.rpt4j.spi.kit.InputLimits;
import org.rpt4j.spi.kit.Interrupts;
import org.rpt4j.spi.kit.ScoredSequence;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model as a scorer. The graph itself computes entropy and returns only four numbers per token, and
 * the candidates that are asked for.
 *
 * <p>On a CPU, sequences run through the network one at a time; on CUDA, sequences of similar length run together, up
 * to 4096 tokens including padding. The system property {@code rpt4j.onnx.batchTokens} sets another limit for both; 0
 * means one sequence at a time.
 */
final class OnnxProxyScorer extends OpenModel implements ProxyScorer {

    private static final Logger LOG = LoggerFactory.getLogger(OnnxProxyScorer.class);

    private static final String BATCH_TOKENS = "rpt4j.onnx.batchTokens";

    /** Tokens per pass on a GPU, including padding. */
    private static final int CUDA_TOKENS = 4096;

    /** Logits held at a time, 32 MiB of them; the number of rows per product of the head follows. */
    private static final int CHUNK_LOGITS = 8 << 20;

    private static final int LEAST_CHUNK_ROWS = 32;
    private static final int MOST_CHUNK_ROWS = 512;

    private final InputLimits limits;
    private final InferenceSession session;
    private final BatchPlan plan;
    private final int chunkRows;

    private OnnxProxyScorer(LanguageModel model, InferenceSession session, BatchPlan plan) {
        super("scorer", model.description());
        this.limits = model.limits();
        this.session = session;
        this.plan = plan;
        this.chunkRows = chunkRows(limits.vocabularySize());
    }

    static OnnxProxyScorer open(LanguageModel model, BackendOptions options) {
        int usual = options.device().kind() == Device.Kind.CUDA ? CUDA_TOKENS : 0;
        int tokens = batchTokens(usual);
        return open(model, options, tokens == 0 ? BatchPlan.unpadded() : BatchPlan.sorted(tokens));
    }

    private static int batchTokens(int usual) {
        String text = System.getProperty(BATCH_TOKENS, Integer.toString(usual));
        if (!text.matches("\\d{1,9}")) {
            throw new IllegalArgumentException("the system property " + BATCH_TOKENS + " is \"" + text
                    + "\", must be a number of tokens, or 0 for one sequence at a time");
        }
        return Integer.parseInt(text);
    }

    static OnnxProxyScorer open(LanguageModel model, BackendOptions options, BatchPlan plan) {
        if (model.graph().head().isEmpty()) {
            LOG.warn(
                    "The head of {} was not recognised: memory must hold the logits of whole sequences.",
                    Printable.line(model.where()));
        }
        int vocabulary = model.description().vocabularySize();
        model.config()
                .ifPresent(config -> LOG.info(
                        "Scoring with {} needs about {} in addition to the weights.",
                        Printable.line(model.where()),
                        ScoringMemory.of(config, chunkRows(vocabulary))));
        InferenceSession session = InferenceSession.open(
                model, ScoringGraph.write(model.where(), model.graph(), model.absentTokens()), options);
        return new OnnxProxyScorer(model, session, plan);
    }

    /** Returns the number of rows of logits held at a time. */
    static int chunkRows(int vocabularySize) {
        return Math.max(LEAST_CHUNK_ROWS, Math.min(MOST_CHUNK_ROWS, CHUNK_LOGITS / vocabularySize));
    }

    @Override
    public List<TokenScores> score(List<int[]> sequences, ScoringOptions options) {
        return use("score", () -> run(sequences, options));
    }

    private List<TokenScores> run(List<int[]> given, ScoringOptions options) {
        List<int[]> sequences = limits.requireScorable(given, options);
        List<ScoredSequence> scores = sequences.stream()
                .map(each -> new ScoredSequence(each.length, options.candidates()))
                .toList();
        List<Integer> scorable = new ArrayList<>();
        for (int i = 0; i < sequences.size(); i++) {
            if (sequences.get(i).length > 1) {
                scorable.add(i);
            }
        }
        Interrupts.check("scoring");
        for (int[] batch : plan.batches(scorable.size(), i -> sequences.get(scorable.get(i)).length - 1)) {
            Interrupts.check("scoring");
            List<Integer> members = Arrays.stream(batch).mapToObj(scorable::get).toList();
            new ScoringRun(
                            members.stream().map(sequences::get).toList(),
                            members.stream().map(scores::get).toList())
                    .run(session, options, chunkRows, limits.tokenCount());
        }
        return scores.stream().map(ScoredSequence::scores).toList();
    }

    @Override
    void free() {
        session.close();
    }
}
