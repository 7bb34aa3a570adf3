package org.rpt4j.backend.jni;

import java.util.ArrayList;
import java.util.List;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.WeightLayout;
import org.rpt4j.model.format.WeightLayout.LayerWeight;
import org.rpt4j.model.format.WeightSpec;

/**
 * Where the weights of a model lie in the one array of floats that the engine keeps: end to end in the order of the
 * layout. So query, key and value projections are one matrix, and gate and up projections another.
 */
final class ModelShape {

    private static final long ABSENT = -1;

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

    /** The numbers of the configuration, in the order in which the engine reads them. */
    int[] sizes() {
        return new int[] {
            config.vocabularySize(),
            config.hiddenSize(),
            config.intermediateSize(),
            config.layers(),
            config.heads(),
            config.keyValueHeads(),
            config.headSize(),
            config.contextLength(),
            config.queryKeyNorm() ? 1 : 0
        };
    }

    /** Offsets of the weights: those of the model, then those of a layer counted from its first. */
    long[] offsets() {
        int start = layout.layerStart();
        return new long[] {
            offsets[WeightLayout.EMBEDDING],
            offsets[WeightLayout.FINAL_NORM],
            offsets[layout.head()],
            offsets[start],
            offsets[start + layout.weightsPerLayer()] - offsets[start],
            offsets[offsets.length - 1],
            inLayer(LayerWeight.INPUT_NORM),
            inLayer(LayerWeight.QUERY),
            inLayer(LayerWeight.QUERY_BIAS),
            inLayer(LayerWeight.QUERY_NORM),
            inLayer(LayerWeight.KEY_NORM),
            inLayer(LayerWeight.OUTPUT),
            inLayer(LayerWeight.OUTPUT_BIAS),
            inLayer(LayerWeight.POST_NORM),
            inLayer(LayerWeight.GATE),
            inLayer(LayerWeight.DOWN)
        };
    }

    private long inLayer(LayerWeight weight) {
        return layout.has(weight) ? offsets[layout.index(0, weight)] - offsets[layout.layerStart()] : ABSENT;
    }

    /** Begin, end and 1 for decay of stretches of weights that are treated alike. */
    long[] decaySpans() {
        List<Long> spans = new ArrayList<>();
        List<WeightSpec> all = layout.all();
        int begin = 0;
        for (int i = 1; i <= all.size(); i++) {
            if (i == all.size() || all.get(i).decays() != all.get(begin).decays()) {
                spans.add(offsets[begin]);
                spans.add(offsets[i]);
                spans.add(all.get(begin).decays() ? 1L : 0L);
                begin = i;
            }
        }
        return spans.stream().mapToLong(Long::longValue).toArray();
    }
}
