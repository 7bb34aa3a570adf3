package org.rpt4j.backend.onnx.export;

import org.rpt4j.model.format.ModelConfig;

/**
 * Places the components of a head in the width that {@code GroupQueryAttention} computes with, a multiple of 16.
 * Component {@code i} of each half of a head stays component {@code i} of that half, so rotary pairs stay together; the
 * places between are zero and change no product. Real models have such widths anyway, and nothing is moved.
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

    /** The place of a component among those of all heads. */
    int place(int component) {
        int head = component / size;
        int i = component % size;
        int half = size / 2;
        return head * width + (i < half ? i : width / 2 + i - half);
    }

    /** What the mean over a padded head has to be multiplied with to be the mean over its components. */
    double meanFactor() {
        return (double) width / size;
    }
}
