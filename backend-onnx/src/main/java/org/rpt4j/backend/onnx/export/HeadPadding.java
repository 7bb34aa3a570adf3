package org.rpt4j.backend.onnx.export;

import org.rpt4j.model.format.ModelConfig;

/**
 * Places the components of a head in the width used by {@code GroupQueryAttention}, a multiple of 16. Component {@code
 * i} of each half of a head stays component {@code i} of that half, so rotary pairs stay together; the padding between
 * them is zero and changes no product. Real models already have such widths, so nothing is moved.
 *
 * @param size components of a head in the model, d
 * @param width components of a head in the graph, a multiple of 16 in the fast form
 */
record HeadPadding(int size, int width) {

    private static final int LANES = 16;

    static HeadPadding of(ModelConfig config, GraphForm form) {
        int size = config.headSize();
        return new HeadPadding(size, form == GraphForm.FAST ? (size + LANES - 1) / LANES * LANES : size);
    }

    /** Returns the place of a component among those of all heads. */
    int place(int component) {
        int head = component / size;
        int i = component % size;
        int half = size / 2;
        return head * width + (i < half ? i : width / 2 + i - half);
    }

    /** Returns the factor that turns the mean over a padded head into the mean over its components. */
    double meanFactor() {
        return (double) width / size;
    }
}
