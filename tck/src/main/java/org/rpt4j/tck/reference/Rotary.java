package org.rpt4j.tck.reference;

import org.rpt4j.model.format.ModelConfig;

/**
 * Rotary positions in the Hugging Face convention: component i of the first half of a head rotates together with
 * component i of the second half, by position times frequency i.
 */
final class Rotary {

    private final double[] frequencies;

    Rotary(ModelConfig config) {
        this.frequencies = config.rotaryFrequencies();
    }

    /** Rotates the heads of {@code x}, each by its angle at {@code position}. */
    double[] rotate(double[] x, int position) {
        return turn(x, position);
    }

    /** Computes the inverse, which is also the transpose for a backward pass. */
    double[] rotateBack(double[] x, int position) {
        return turn(x, -position);
    }

    private double[] turn(double[] x, int position) {
        int half = frequencies.length;
        double[] y = new double[x.length];
        for (int head = 0; head < x.length; head += 2 * half) {
            for (int i = 0; i < half; i++) {
                double cos = Math.cos(position * frequencies[i]);
                double sin = Math.sin(position * frequencies[i]);
                double first = x[head + i];
                double second = x[head + half + i];
                y[head + i] = first * cos - second * sin;
                y[head + half + i] = second * cos + first * sin;
            }
        }
        return y;
    }
}
