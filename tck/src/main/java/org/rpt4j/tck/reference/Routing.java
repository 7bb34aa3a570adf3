package org.rpt4j.tck.reference;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.rpt4j.model.format.Experts;

/**
 * Which experts compute a token, and with what factors: the largest of p = softmax(logits), divided by their sum if the
 * model says so (Qwen3 Technical Report, arXiv 2505.09388, and the published model class). Of equal ones the lower number
 * is chosen. Immutable by convention.
 */
final class Routing {

    /** Of a layer without experts. */
    static final Routing NONE = new Routing(new double[0], new int[0], new double[0], false);

    private final double[] probabilities;
    private final int[] chosen;
    private final double[] shares;
    private final boolean normalised;

    private Routing(double[] probabilities, int[] chosen, double[] shares, boolean normalised) {
        this.probabilities = probabilities;
        this.chosen = chosen;
        this.shares = shares;
        this.normalised = normalised;
    }

    static Routing of(double[] logits, Experts experts) {
        double[] p = Softmax.probabilities(logits, 1);
        int[] chosen = IntStream.range(0, p.length)
                .boxed()
                .sorted((a, b) -> p[a] != p[b] ? Double.compare(p[b], p[a]) : Integer.compare(a, b))
                .limit(experts.perToken())
                .mapToInt(Integer::intValue)
                .sorted()
                .toArray();
        double sum = experts.normalised()
                ? IntStream.of(chosen).mapToDouble(e -> p[e]).sum()
                : 1;
        double[] shares = Arrays.stream(chosen).mapToDouble(e -> p[e] / sum).toArray();
        return new Routing(p, chosen, shares, experts.normalised());
    }

    /** Numbers of the experts, ascending. */
    int[] chosen() {
        return chosen;
    }

    /** Factor of the result of each of them. */
    double[] shares() {
        return shares;
    }

    /** Returns dL/dlogits, given dL/dshares. The choice has no derivative. */
    double[] backward(double[] dShares) {
        double mean = 0; // of the derivatives, weighted by the shares
        for (int i = 0; i < chosen.length; i++) {
            mean += shares[i] * dShares[i];
        }
        double[] dLogits = new double[probabilities.length];
        if (!normalised) {
            // shares are probabilities of the softmax over all experts: dl_e = p_e (dp_e - sum of p dp)
            for (int e = 0; e < dLogits.length; e++) {
                dLogits[e] = -probabilities[e] * mean;
            }
        }
        for (int i = 0; i < chosen.length; i++) {
            // divided by their sum, they are those of a softmax over the chosen ones alone
            dLogits[chosen[i]] = shares[i] * (dShares[i] - mean);
        }
        return dLogits;
    }
}
