package org.rpt4j.tck.reference;

import java.util.Arrays;

/** The accumulated gradients of the weights that are trained, and whether there are any. */
final class Gradients {

    private final TrainedWeights trained;
    private final double[][] values;
    private boolean present;

    Gradients(TrainedWeights trained) {
        this.trained = trained;
        this.values = trained.zeros();
    }

    /** Returns one array per weight. */
    double[][] values() {
        return values;
    }

    boolean present() {
        return present;
    }

    /** Adds a gradient with respect to every weight of the model. */
    void add(double[][] ofModel) {
        trained.addGradient(ofModel, values);
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
