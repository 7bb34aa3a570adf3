package org.rpt4j.inference;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** The policy's own distribution of the next token, softmax of its logits at temperature 1. */
final class NextToken {

    private final float[] logits;
    private final double max;
    private final double sum;

    /** @param logits one per id, [V]; negative infinity for an id without a token */
    NextToken(float[] logits) {
        this.logits = logits;
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        this.max = largest;
        double total = 0;
        for (float logit : logits) {
            total += Math.exp(logit - largest);
        }
        this.sum = total;
    }

    float[] logits() {
        return logits;
    }

    /** H = -sum_v p_v ln p_v, in nats. */
    double entropy() {
        double mean = 0;
        for (float logit : logits) {
            double weight = Math.exp(logit - max);
            // A token of probability 0 adds nothing, though its logit may be infinite.
            mean += weight == 0 ? 0 : weight / sum * (logit - max);
        }
        return Math.max(0, Math.log(sum) - mean);
    }

    /** ln p of a token, in nats. */
    double logProb(int token) {
        return logits[token] - max - Math.log(sum);
    }

    /** The most probable tokens, the first first; of equal ones that with the lowest id. */
    List<TokenLogProb> top(int count) {
        List<TokenLogProb> top = new ArrayList<>();
        for (int id : mostProbable(count)) {
            top.add(new TokenLogProb(id, logProb(id)));
        }
        return top;
    }

    private List<Integer> mostProbable(int count) {
        Comparator<Integer> better =
                Comparator.<Integer>comparingDouble(id -> -logits[id]).thenComparing(Comparator.naturalOrder());
        PriorityQueue<Integer> kept = new PriorityQueue<>(better.reversed());
        for (int id = 0; id < logits.length && count > 0; id++) {
            if (logits[id] == Float.NEGATIVE_INFINITY) {
                continue;
            }
            if (kept.size() < count) {
                kept.add(id);
            } else if (logits[id] > logits[kept.element()]) {
                kept.remove();
                kept.add(id);
            }
        }
        return kept.stream().sorted(better).toList();
    }
}
