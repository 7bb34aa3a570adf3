package org.rpt4j.backend.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.rpt4j.model.format.Adapter;
import org.rpt4j.model.format.AdapterLayout;
import org.rpt4j.model.format.LoraOptions;
import org.rpt4j.model.format.WeightSpec;

/**
 * A and B of every target in single precision, which alone are trained.
 *
 * @param options rank, scale and targets
 * @param layout names and shapes
 * @param weights in the order of the layout
 * @param scriptWithout computes the model under the adapter
 */
record DjlAdapter(LoraOptions options, AdapterLayout layout, List<NDArray> weights, Script scriptWithout) {

    static DjlAdapter load(Adapter adapter, NDManager manager, Script scriptWithout) {
        List<NDArray> weights = new ArrayList<>();
        for (WeightSpec spec : adapter.layout().all()) {
            NDArray weight = Tensors.filled(manager, spec.shape(), values -> adapter.read(spec, values));
            weight.setRequiresGradient(true);
            weights.add(weight);
        }
        return new DjlAdapter(adapter.options(), adapter.layout(), List.copyOf(weights), scriptWithout);
    }
}
