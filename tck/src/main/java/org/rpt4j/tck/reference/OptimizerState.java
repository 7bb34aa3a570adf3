package org.rpt4j.tck.reference;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import org.rpt4j.model.format.OptimizerStateFile;

/** Moments and step count, stored in an {@link OptimizerStateFile}. */
final class OptimizerState implements OptimizerStateFile.Moments {

    private final double[][] first;
    private final double[][] second;
    private final long stepCount;

    OptimizerState(double[][] first, double[][] second, long stepCount) {
        this.first = first;
        this.second = second;
        this.stepCount = stepCount;
    }

    /** Returns the first moments, one array per weight. */
    double[][] first() {
        return first;
    }

    /** Returns the second moments, one array per weight. */
    double[][] second() {
        return second;
    }

    /** Returns the number of updates so far. */
    long stepCount() {
        return stepCount;
    }

    static OptimizerState initial(TrainedWeights trained) {
        return new OptimizerState(trained.zeros(), trained.zeros(), 0);
    }

    @Override
    public FloatBuffer first(int weight) {
        return ReferenceModel.floats(first[weight]);
    }

    @Override
    public FloatBuffer second(int weight) {
        return ReferenceModel.floats(second[weight]);
    }

    static OptimizerState read(Path file, TrainedWeights trained) {
        try (OptimizerStateFile stored = OptimizerStateFile.open(file, trained.specs())) {
            OptimizerState state = new OptimizerState(trained.zeros(), trained.zeros(), stored.stepCount());
            for (int i = 0; i < state.first.length; i++) {
                FloatBuffer values = FloatBuffer.allocate(state.first[i].length);
                stored.readFirst(i, values);
                copy(values, state.first[i]);
                stored.readSecond(i, values);
                copy(values, state.second[i]);
            }
            return state;
        }
    }

    private static void copy(FloatBuffer from, double[] to) {
        for (int i = 0; i < to.length; i++) {
            to[i] = from.get(i);
        }
    }
}
