package org.rpt4j.tck.reference;

import java.util.List;
import org.rpt4j.model.format.WeightSpec;

/** Every weight of a model is trained. */
record AllWeights(ReferenceModel model) implements TrainedWeights {

    @Override
    public List<WeightSpec> specs() {
        return model.layout().all();
    }

    @Override
    public double[][] values() {
        return model.weights();
    }

    @Override
    public void addGradient(double[][] ofModel, double[][] target) {
        for (int i = 0; i < target.length; i++) {
            for (int j = 0; j < target[i].length; j++) {
                target[i][j] += ofModel[i][j];
            }
        }
    }

    @Override
    public void changed() {
        // The model computes with these very arrays.
    }
}
