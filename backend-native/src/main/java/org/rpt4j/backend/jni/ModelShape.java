package org.rpt4j.backend.jni;

import java.util.ArrayList;
import java.util.List;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.WeightLayout;
import org.rpt4j.model.format.WeightLayout.LayerWeight;
import org.rpt4j.model.format.WeightSpec;

/**
 * Where each weight of a model lies in the engine's single array of floats: end to end in the order of the layout. The
 * query, key and value projections therefore form one matrix, and the gate and up projections another.
 */
final class ModelShape {

    final ModelConfig config;
    final WeightLayout layout;
    private final long[] offsets;

    ModelShape(ModelConfig config, WeightLayout layout) {
        this.config = config;
        this.layout = layout;
        List<WeightSpec> all = layout.all();
        offsets = new long[all.size() + 1];
        for (int i = 0; i < all.size(); i++) {
            offsets[i + 1] = Math.addExact(offsets[i], all.get(i).size());
        }
    }

    /** First element of the {@code index}-th weight. */
    long offset(int index) {
        return offsets[index];
    }

    /** Where the engine finds the weights of the model. */
    NativeStructs.Layout offsets() {
        int start = layout.layerStart();
        NativeStructs.Layout at = new NativeStructs.Layout();
        at.embedding = offsets[WeightLayout.EMBEDDING];
        at.finalNorm = offsets[WeightLayout.FINAL_NORM];
        at.head = offsets[layout.head()];
        at.layerStart = offsets[start];
        at.layerSize = offsets[start + layout.weightsPerLayer()] - offsets[start];
        at.total = offsets[offsets.length - 1];
        return at;
    }

    /** Where the engine finds the weights of a layer. */
    NativeStructs.LayerOffsets layerOffsets() {
        NativeStructs.LayerOffsets at = new NativeStructs.LayerOffsets();
        at.inputNorm = inLayer(LayerWeight.INPUT_NORM);
        at.fused = inLayer(LayerWeight.QUERY);
        at.fusedBias = inLayer(LayerWeight.QUERY_BIAS);
        at.queryNorm = inLayer(LayerWeight.QUERY_NORM);
        at.keyNorm = inLayer(LayerWeight.KEY_NORM);
        at.output = inLayer(LayerWeight.OUTPUT);
        at.outputBias = inLayer(LayerWeight.OUTPUT_BIAS);
        at.postNorm = inLayer(LayerWeight.POST_NORM);
        at.gateUp = inLayer(LayerWeight.GATE);
        at.down = inLayer(LayerWeight.DOWN);
        return at;
    }

    private long inLayer(LayerWeight weight) {
        return layout.has(weight)
                ? offsets[layout.index(0, weight)] - offsets[layout.layerStart()]
                : NativeStructs.LayerOffsets.ABSENT;
    }

    /** Stretches of weights with the same rule about decay, in order and without gaps. */
    NativeStructs.DecaySpan[] decaySpans() {
        List<NativeStructs.DecaySpan> spans = new ArrayList<>();
        List<WeightSpec> all = layout.all();
        int begin = 0;
        for (int i = 1; i <= all.size(); i++) {
            if (i == all.size() || all.get(i).decays() != all.get(begin).decays()) {
                NativeStructs.DecaySpan span = new NativeStructs.DecaySpan();
                span.begin = offsets[begin];
                span.end = offsets[i];
                span.decays = all.get(begin).decays();
                spans.add(span);
                begin = i;
            }
        }
        return spans.toArray(new NativeStructs.DecaySpan[0]);
    }
}
