package org.rpt4j.tck.reference;

import java.util.List;
import org.rpt4j.model.format.WeightSpec;

/** The weights that a policy trains, and how the gradient of the whole model becomes theirs. */
interface TrainedWeights {

    /** Names and shapes, in order. */
    List<WeightSpec> specs();

    /** The live values, one array per weight; announce changes with {@link #changed}. */
    double[][] values();

    /** Adds a gradient with respect to every weight of the model to one with respect to these. */
    void addGradient(double[][] ofModel, double[][] target);

    /** Makes the model compute with the values as they are now. */
    void changed();

    /** One array of zeros per weight, for gradients or moments. */
    default double[][] zeros() {
        return specs().stream()
                .map(spec -> new double[Math.toIntExact(spec.size())])
                .toArray(double[][]::new);
    }
}
