package org.rpt4j.tck.reference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.spi.kit.InputLimits;
import org.rpt4j.spi.kit.Interrupts;
import org.rpt4j.spi.kit.OpenModels;
import org.rpt4j.spi.kit.ScoredSequence;

/** The reference scorer: full logits, one position after the other. Calls are serialised. */
public final class ReferenceProxyScorer implements ProxyScorer, OpenModels.Model {

    private final ReferenceModel model;
    private volatile boolean closed;

    /**
     * Opens a checkpoint.
     *
     * @throws org.rpt4j.api.error.ModelFormatException if it cannot be read
     */
    public ReferenceProxyScorer(ModelSource source) {
        this.model = ReferenceModel.read(source);
    }

    @Override
    public synchronized ModelDescription description() {
        requireOpen();
        return model.description();
    }

    @Override
    public synchronized List<TokenScores> score(List<int[]> sequences, ScoringOptions options) {
        requireOpen();
        List<TokenScores> scores = new ArrayList<>();
        for (int[] sequence :
                InputLimits.of(model.description(), model.absentTokens()).requireScorable(sequences, options)) {
            Interrupts.check("scoring");
            scores.add(score(sequence, options));
        }
        return scores;
    }

    private TokenScores score(int[] tokens, ScoringOptions options) {
        ReferenceForward forward = new ReferenceForward(model).append(Arrays.copyOf(tokens, tokens.length - 1));
        ScoredSequence scored = new ScoredSequence(tokens.length, options.candidates());
        for (int t = 1; t < tokens.length; t++) {
            double[] logits = forward.logits(t - 1);
            double[] logProbs = Softmax.logProbs(logits, 1);
            scored.set(t, entropy(logits, options), Softmax.argmax(logits), logProbs[tokens[t]]);
            int[] best = options.candidates() > 0 ? bestFirst(logits) : new int[0];
            for (int rank = 0; rank < options.candidates(); rank++) {
                scored.setCandidate(t, rank, best[rank], logProbs[best[rank]]);
            }
        }
        return scored.scores();
    }

    /** Computes H = -sum p ln p over the k largest, with p renormalised over them or taken from the full softmax. */
    public static double entropy(double[] logits, ScoringOptions options) {
        double[] possible = Arrays.stream(logits)
                .filter(logit -> logit > Double.NEGATIVE_INFINITY)
                .toArray();
        double[] logProbs = largest(Softmax.logProbs(possible, 1), options.topK());
        if (options.renormalise()) {
            logProbs = Softmax.logProbs(logProbs, 1);
        }
        double entropy = 0;
        for (double logProb : logProbs) {
            entropy -= Math.exp(logProb) * logProb;
        }
        return entropy;
    }

    /** All ids, that of the largest logit first, of equal logits the lower id. */
    public static int[] bestFirst(double[] logits) {
        // The subtraction makes -0.0 and 0.0 the same.
        return IntStream.range(0, logits.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(id -> 0.0 - logits[id])
                        .thenComparingInt(id -> id))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static double[] largest(double[] values, int count) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return Arrays.copyOfRange(sorted, Math.max(0, sorted.length - count), sorted.length);
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the scorer is closed");
        }
    }
}
