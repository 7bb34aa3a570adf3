package org.rpt4j.tck.reference;

import java.util.Arrays;

/** The accumulated gradients of every weight, and whether there are any. */
final class Gradients {

    private final double[][] values;
    private boolean present;

    Gradients(ReferenceModel model) {
        this.values = model.zeros();
    }

    /** Returns one array per weight; announce additions with {@link #markPresent}. */
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

    /** Returns the global L2 norm. */
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
