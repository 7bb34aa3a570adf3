package org.rpt4j.inference;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Draws a token as {@link org.rpt4j.api.Policy#generate} does, from the tokens that the cuts of the options leave: the
 * inverse of the cumulative distribution softmax(logits / temperature) in the order of ids. The cuts apply in the order
 * top-k, top-p, min-p, each to what the one before left. Stateless.
 */
final class TokenSampler {

    private final InferenceOptions options;

    TokenSampler(InferenceOptions options) {
        this.options = options;
    }

    /**
     * Draws a token.
     *
     * @param uniform in [0, 1)
     */
    int choose(float[] logits, double uniform) {
        if (options.temperature() == 0) {
            return argmax(logits);
        }
        double[] probabilities = probabilities(logits);
        cut(probabilities);
        return inverse(probabilities, uniform);
    }

    private double[] probabilities(float[] logits) {
        double max = logits[argmax(logits)];
        double[] probabilities = new double[logits.length];
        double sum = 0;
        for (int id = 0; id < logits.length; id++) {
            probabilities[id] = Math.exp((logits[id] - max) / options.temperature());
            sum += probabilities[id];
        }
        for (int id = 0; id < logits.length; id++) {
            probabilities[id] /= sum;
        }
        return probabilities;
    }

    /** Sets the probability of what is cut off to 0, and lets the rest sum to 1. */
    private void cut(double[] probabilities) {
        boolean few = options.topK() > 0 && options.topK() < probabilities.length;
        if (!few && options.topP() == 1 && options.minP() == 0) {
            return;
        }
        List<Integer> kept = candidates(probabilities);
        if (few) {
            kept = kept.subList(0, Math.min(options.topK(), kept.size()));
        }
        if (options.topP() < 1) {
            kept = kept.subList(0, nucleus(probabilities, kept));
        }
        double least = options.minP() * probabilities[kept.get(0)];
        kept = kept.stream().filter(id -> probabilities[id] >= least).toList();
        double[] rest = new double[probabilities.length];
        double sum = kept.stream().mapToDouble(id -> probabilities[id]).sum();
        kept.forEach(id -> rest[id] = probabilities[id] / sum);
        System.arraycopy(rest, 0, probabilities, 0, rest.length);
    }

    /** The tokens that a cut may keep, the most probable first, of equal ones that with the lowest id. */
    private List<Integer> candidates(double[] probabilities) {
        double least = options.minP() * Arrays.stream(probabilities).max().orElse(0);
        if (options.topK() == 0) {
            // All tokens below this together have less than what top-p cuts off, so the nucleus needs none of them.
            least = Math.max(least, (1 - options.topP()) / probabilities.length);
        }
        double bound = least;
        return IntStream.range(0, probabilities.length)
                .filter(id -> probabilities[id] >= bound && probabilities[id] > 0)
                .boxed()
                .sorted(Comparator.comparingDouble(id -> -probabilities[id]))
                .toList();
    }

    /** Number of first tokens that together reach top-p of all that are given. */
    private int nucleus(double[] probabilities, List<Integer> sorted) {
        // Without top-k the tokens that are given are not all; what they all have is 1.
        double all = options.topK() == 0
                ? 1
                : sorted.stream().mapToDouble(id -> probabilities[id]).sum();
        double reached = 0;
        int count = 0;
        while (count < sorted.size() && reached < options.topP() * all) {
            reached += probabilities[sorted.get(count++)];
        }
        return count;
    }

    private static int argmax(float[] logits) {
        int best = 0;
        for (int id = 1; id < logits.length; id++) {
            if (logits[id] > logits[best]) {
                best = id;
            }
        }
        return best;
    }

    private static int inverse(double[] probabilities, double uniform) {
        double cumulative = 0;
        int last = 0;
        for (int id = 0; id < probabilities.length; id++) {
            cumulative += probabilities[id];
            if (probabilities[id] > 0) {
                last = id;
            }
            if (cumulative > uniform) {
                return id;
            }
        }
        // The sum may round to just below 1, and the draw may lie above it.
        return last;
    }
}
