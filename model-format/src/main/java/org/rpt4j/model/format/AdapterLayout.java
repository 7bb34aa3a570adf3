package org.rpt4j.model.format;

import java.util.ArrayList;
import java.util.List;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.model.format.WeightLayout.LayerWeight;

/**
 * The weights of an adapter in a fixed order: layer by layer, projection by projection in the order of {@link
 * WeightLayout}, A before B. Their names are those of PEFT. Backends keep an adapter in this order. Immutable.
 *
 * @since 0.1.0
 */
public final class AdapterLayout {

    /**
     * A and B of one projection.
     *
     * @param layer the layer
     * @param target the projection W [out, in]
     * @param base W in the checkpoint
     * @param a A [rank, in]
     * @param b B [out, rank]
     */
    public record Pair(int layer, LayerWeight target, WeightSpec base, WeightSpec a, WeightSpec b) {}

    private static final String PREFIX = "base_model.model.";
    private static final String WEIGHT = ".weight";

    private final List<Pair> pairs;
    private final List<WeightSpec> all;

    private AdapterLayout(List<Pair> pairs) {
        this.pairs = List.copyOf(pairs);
        List<WeightSpec> weights = new ArrayList<>();
        for (Pair pair : pairs) {
            weights.add(pair.a());
            weights.add(pair.b());
        }
        this.all = List.copyOf(weights);
    }

    /**
     * Creates the layout of an adapter of a model.
     *
     * @throws ModelFormatException if the files of the model hold several projections as one, whose adapters have a form
     *     that is not supported, or a target is a projection of experts
     */
    public static AdapterLayout of(ModelConfig config, LoraOptions options) {
        if (config.switches().fused()) {
            throw new ModelFormatException(
                    "adapters of " + config.architecture().className() + " are not supported: its"
                            + " files hold query, key and value as one matrix (qkv_proj), and gate and up as another"
                            + " (gate_up_proj). Train all weights instead.");
        }
        requireNoExperts(config, options);
        WeightLayout layout = WeightLayout.of(config);
        List<Pair> pairs = new ArrayList<>();
        for (int layer = 0; layer < config.layers(); layer++) {
            for (LayerWeight target : LayerWeight.projections()) {
                if (options.targets().contains(target)) {
                    pairs.add(pair(layer, target, layout.all().get(layout.index(layer, target)), options.rank()));
                }
            }
        }
        return new AdapterLayout(pairs);
    }

    private static void requireNoExperts(ModelConfig config, LoraOptions options) {
        List<String> ofExperts = options.targetNames().stream()
                .filter(target -> LayerWeight.feedForward().stream()
                        .anyMatch(weight -> weight.module().equals(target)))
                .toList();
        if (config.switches().experts().count() > 0 && !ofExperts.isEmpty()) {
            throw new ModelFormatException("an adapter of "
                    + config.architecture().className() + " targets "
                    + String.join(", ", ofExperts)
                    + ", but adapters of experts are not supported. Target the projections"
                    + " of attention alone (lora.targets: q_proj, k_proj, v_proj, o_proj; in PEFT target_modules), or"
                    + " train all weights.");
        }
    }

    private static Pair pair(int layer, LayerWeight target, WeightSpec base, int rank) {
        String module = PREFIX + base.name().substring(0, base.name().length() - WEIGHT.length());
        int out = base.shape().get(0);
        int in = base.shape().get(1);
        return new Pair(
                layer,
                target,
                base,
                new WeightSpec(module + ".lora_A" + WEIGHT, List.of(rank, in)),
                new WeightSpec(module + ".lora_B" + WEIGHT, List.of(out, rank)));
    }

    /** Returns every weight in order: A of pair i at 2 i, B at 2 i + 1. */
    public List<WeightSpec> all() {
        return all;
    }

    /** Returns the pairs in order. */
    public List<Pair> pairs() {
        return pairs;
    }

    /** Returns the number of elements of all weights. */
    public long parameterCount() {
        return all.stream().mapToLong(WeightSpec::size).sum();
    }
}
