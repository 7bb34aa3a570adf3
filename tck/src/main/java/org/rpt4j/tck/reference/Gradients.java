package org.rpt4j.tck.reference;

import java.nio.FloatBuffer;
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

    /** Number of values of all weights. */
    long size() {
        return Arrays.stream(values).mapToLong(weight -> weight.length).sum();
    }

    /** Copies values of one weight after another, rounded to single precision. */
    void read(long from, FloatBuffer into) {
        visit(from, into.remaining(), (weight, i) -> into.put((float) weight[i]));
    }

    /** Adds to values of one weight after another. */
    void add(long from, FloatBuffer added) {
        visit(from, added.remaining(), (weight, i) -> weight[i] += added.get());
        present = true;
    }

    private interface Visit {
        void at(double[] weight, int index);
    }

    private void visit(long from, int count, Visit visit) {
        long first = 0;
        for (double[] weight : values) {
            long begin = Math.max(from, first);
            long end = Math.min(from + count, first + weight.length);
            for (long i = begin; i < end; i++) {
                visit.at(weight, (int) (i - first));
            }
            first += weight.length;
        }
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
