package org.rpt4j.tck.reference;

import java.util.Arrays;

/** Accumulated gradients of every weight, and whether there are any. */
final class Gradients {

    private final double[][] values;
    private boolean present;

    Gradients(ReferenceModel model) {
        this.values = model.zeros();
    }

    /** One array per weight; adding to them must be announced with {@link #markPresent}. */
    double[][] values() {
        return values;
    }

    boolean present() {
        return present;
    }

    void markPresent() {
        present = true;
    }

    void clear() {
        for (double[] gradient : values) {
            Arrays.fill(gradient, 0);
        }
        present = false;
    }

    /** Global L2 norm. */
    double norm() {
        double squares = 0;
        for (double[] gradient : values) {
            for (double g : gradient) {
                squares += g * g;
            }
        }
        return Math.sqrt(squares);
    }
}
