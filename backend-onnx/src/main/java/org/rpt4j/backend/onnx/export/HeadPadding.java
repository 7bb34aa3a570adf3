package org.rpt4j.backend.onnx.export;

import org.rpt4j.model.format.ModelConfig;

/**
 * Places the components of a head in the width used by {@code GroupQueryAttention}, a multiple of 16. Component {@code
 * i} of each half of what rotates stays component {@code i} of a half of the head, so rotary pairs stay together;
 * components that do not rotate follow them in both halves, as pairs with an angle of 0. The padding between is zero and
 * changes no product. Heads that rotate as a whole usually have such widths already, so nothing is moved.
 *
 * @param size components of a head in the model, d
 * @param rotarySize components that rotate, the first ones
 * @param width components of a head in the graph, a multiple of 16 in the fast form
 */
record HeadPadding(int size, int rotarySize, int width) {

    private static final int LANES = 16;

    static HeadPadding of(ModelConfig config, GraphForm form) {
        int size = config.headSize();
        int width = form == GraphForm.FAST ? (size + LANES - 1) / LANES * LANES : size;
        return new HeadPadding(size, config.switches().rotarySize(), width);
    }

    /** Returns the place of a component among those of all heads. */
    int place(int component) {
        int head = component / size;
        int i = component % size;
        int half = rotarySize / 2;
        int resting = (size - rotarySize) / 2;
        int place;
        if (i < rotarySize) {
            place = i < half ? i : width / 2 + i - half;
        } else {
            int rest = i - rotarySize;
            place = half + (rest < resting ? rest : width / 2 + rest - resting);
        }
        return head * width + place;
    }

    /** Returns the factor that turns the mean over a padded head into the mean over its components. */
    double meanFactor() {
        return (double) width / size;
    }
}
