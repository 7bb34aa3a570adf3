package org.rpt4j.backend.jni;

import java.util.List;
import java.util.Set;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.WeightLayout;
import org.rpt4j.model.format.WeightLayout.LayerWeight;
import org.rpt4j.model.format.WeightSpec;

/**
 * How many bytes frozen weights take, which depends on how they are stored: {@code engine/frozen.h} and {@code
 * engine/blocks.h} hold what was stored in few bits in as few.
 */
final class FrozenMemory {

    /** Types with a scale for each 32 weights, of which 8 bits hold every one exactly. */
    private static final Set<String> BLOCKS = Set.of("Q8_0", "Q4_0", "Q5_0", "Q3_K");

    private static final int BLOCK = 32;
    private static final long FLOAT = Float.BYTES;
    /** A scale and a sum beside the weights of a block. */
    private static final long BLOCK_BYTES = BLOCK + FLOAT + Short.BYTES;

    private final ModelConfig config;
    private final WeightLayout layout;
    private final Arithmetic arithmetic;
    private final HeldWeights held;
    private final int panel;

    FrozenMemory(ModelConfig config, Arithmetic arithmetic, HeldWeights held, int panel) {
        this.config = config;
        this.layout = WeightLayout.of(config);
        this.arithmetic = arithmetic;
        this.held = held;
        this.panel = panel;
    }

    /** Packed matrices, norms and biases, and the embedding. */
    long bytes() {
        long vectors = layout.all().stream()
                .filter(spec -> !spec.decays())
                .mapToLong(WeightSpec::size)
                .sum();
        return FLOAT * vectors + embedding() + matrices();
    }

    /** Nothing if the head is the embedding and gives back every number of it. */
    private long embedding() {
        WeightSpec embedding = layout.all().get(WeightLayout.EMBEDDING);
        boolean narrow = held.isStoredAs(embedding, Set.of("BF16"));
        boolean blocks = areBlocks(List.of(embedding));
        boolean inHead = config.tiedHead()
                && switch (arithmetic) {
                    case FP32 -> true;
                    case BF16 -> narrow;
                    case INT8 -> blocks;
                };
        if (inHead) {
            return 0;
        }
        return blocks ? embedding.size() / BLOCK * (BLOCK + FLOAT) : embedding.size() * (narrow ? Short.BYTES : FLOAT);
    }

    private long matrices() {
        long all = packed(List.of(layout.all().get(layout.head())));
        for (int l = 0; l < config.layers(); l++) {
            all += packed(of(l, LayerWeight.QUERY, LayerWeight.KEY, LayerWeight.VALUE))
                    + packed(of(l, LayerWeight.OUTPUT))
                    + feedForward(l);
        }
        return all;
    }

    private long feedForward(int layer) {
        if (!config.hasExperts(layer)) {
            return packed(of(layer, LayerWeight.GATE, LayerWeight.UP)) + packed(of(layer, LayerWeight.DOWN));
        }
        long all = new FeedMemory(config, panel).router();
        for (int expert = 0; expert < config.switches().experts().count(); expert++) {
            all += packed(List.of(ofExpert(layer, expert, LayerWeight.GATE), ofExpert(layer, expert, LayerWeight.UP)))
                    + packed(List.of(ofExpert(layer, expert, LayerWeight.DOWN)));
        }
        return all;
    }

    private WeightSpec ofExpert(int layer, int expert, LayerWeight weight) {
        return layout.all().get(layout.index(layer, expert, weight));
    }

    private List<WeightSpec> of(int layer, LayerWeight... weights) {
        return List.of(weights).stream()
                .map(weight -> layout.all().get(layout.index(layer, weight)))
                .toList();
    }

    /** Weights of the same input, packed as one. */
    private long packed(List<WeightSpec> weights) {
        long inputs = weights.get(0).shape().get(1);
        long outputs = weights.stream().mapToLong(spec -> spec.shape().get(0)).sum();
        return areBlocks(weights)
                ? (outputs + panel - 1) / panel * panel * (inputs / BLOCK) * BLOCK_BYTES
                : MemoryShape.packed(arithmetic, inputs, outputs, panel);
    }

    private boolean areBlocks(List<WeightSpec> weights) {
        return arithmetic == Arithmetic.INT8
                && weights.stream().allMatch(spec -> spec.shape().get(1) % BLOCK == 0 && held.isStoredAs(spec, BLOCKS));
    }
}
