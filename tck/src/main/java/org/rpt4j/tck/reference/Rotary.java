package org.rpt4j.tck.reference;

import org.rpt4j.model.format.DecoderSwitches.Rotation;
import org.rpt4j.model.format.ModelConfig;

/**
 * Rotary positions in the Hugging Face convention: of the components of a head that rotate, component i of the first half
 * rotates together with component i of the second half, by position times frequency i, and is scaled. The components
 * behind them stay as they are.
 */
final class Rotary {

    private final int headSize;
    private final double[] frequencies;
    private final double scale;

    Rotary(ModelConfig config, Rotation rotation) {
        this.headSize = config.headSize();
        this.frequencies = config.rotaryFrequencies(rotation);
        this.scale = config.rotaryFactor(rotation);
    }

    /** Rotates the heads of {@code x}, each by its angle at {@code position}. */
    double[] rotate(double[] x, int position) {
        return turn(x, position);
    }

    /** Computes the transpose for a backward pass. */
    double[] rotateBack(double[] x, int position) {
        return turn(x, -position);
    }

    private double[] turn(double[] x, int position) {
        int half = frequencies.length;
        double[] y = x.clone();
        for (int head = 0; head < x.length; head += headSize) {
            for (int i = 0; i < half; i++) {
                double cos = scale * Math.cos(position * frequencies[i]);
                double sin = scale * Math.sin(position * frequencies[i]);
                double first = x[head + i];
                double second = x[head + half + i];
                y[head + i] = first * cos - second * sin;
                y[head + half + i] = second * cos + first * sin;
            }
        }
        return y;
    }
}
