package org.rpt4j.model.format;

import java.util.Set;

/**
 * The feed-forwards of layers that have several and use a few of them for each token (Shazeer et al. 2017, arXiv
 * 1701.06538; Qwen3 Technical Report, arXiv 2505.09388). For a row x of such a layer, p = softmax(router x) over all
 * experts; the {@link #perToken} largest are chosen, of equal ones those with the lower number; the result is the sum of
 * their outputs, each times its p. The sum runs in the order of the experts' numbers. All in single precision or better,
 * but for the products within an expert.
 *
 * @param count experts of a layer; 0 if no layer has any
 * @param perToken experts that compute a token; 0 if no layer has any
 * @param width width within an expert; 0 if no layer has any
 * @param normalised whether the p of the chosen experts are divided by their sum
 * @param denseLayers layers with a single feed-forward as wide as {@link ModelConfig#intermediateSize}
 * @since 0.1.0
 */
public record Experts(int count, int perToken, int width, boolean normalised, Set<Integer> denseLayers) {

    /** No layer has experts. */
    public static final Experts NONE = new Experts(0, 0, 0, false, Set.of());

    public Experts {
        denseLayers = Set.copyOf(denseLayers);
        if (count < 0) {
            throw new IllegalArgumentException("the number of experts is " + count + ", must not be negative");
        }
        if (count == 0 && (perToken != 0 || width != 0 || normalised || !denseLayers.isEmpty())) {
            throw new IllegalArgumentException("there are no experts, so everything else must be 0, false or empty");
        }
        if (count > 0 && (perToken < 1 || perToken > count)) {
            throw new IllegalArgumentException("experts per token is " + perToken
                    + ", must be between 1 and the number of experts, which is " + count);
        }
        if (count > 0 && width < 1) {
            throw new IllegalArgumentException("the width of an expert is " + width + ", must be at least 1");
        }
    }

    /** Returns whether a layer has experts. */
    public boolean in(int layer) {
        return count > 0 && !denseLayers.contains(layer);
    }
}
