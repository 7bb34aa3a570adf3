package org.rpt4j.backend.jni;

import java.util.Set;
import org.rpt4j.api.ModelSource;
import org.rpt4j.model.format.AdapterLayout;
import org.rpt4j.model.format.LoraOptions;
import org.rpt4j.model.format.WeightLayout.LayerWeight;

/**
 * The adapter that a policy trains.
 *
 * @param source the model that it was opened with
 * @param options its rank, scale and targets
 * @param layout its weights, in the order of the engine
 */
record LowRankAdapter(ModelSource source, LoraOptions options, AdapterLayout layout) {

    /** What the engine computes with. */
    NativeStructs.AdapterShape shape() {
        Set<LayerWeight> targets = options.targets();
        NativeStructs.AdapterShape shape = new NativeStructs.AdapterShape();
        shape.rank = options.rank();
        shape.scale = options.scale();
        shape.query = targets.contains(LayerWeight.QUERY);
        shape.key = targets.contains(LayerWeight.KEY);
        shape.value = targets.contains(LayerWeight.VALUE);
        shape.output = targets.contains(LayerWeight.OUTPUT);
        shape.gate = targets.contains(LayerWeight.GATE);
        shape.up = targets.contains(LayerWeight.UP);
        shape.down = targets.contains(LayerWeight.DOWN);
        return shape;
    }
}
