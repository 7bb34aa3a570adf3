package org.rpt4j.model.format;

import java.util.EnumSet;
import java.util.Set;
import org.rpt4j.model.format.DecoderSwitches.Activation;
import org.rpt4j.model.format.DecoderSwitches.Rotation;

/**
 * What a model may need beside the network of Llama, Qwen2 and Qwen3. A backend names those that it computes, see {@link
 * ModelConfig#requireComputed}.
 *
 * @since 0.1.0
 */
public enum Switch {
    /** Layers that do not rotate queries and keys. */
    LAYERS_WITHOUT_ROTATION("layers without rotation"),
    /** Layers that see only the last tokens of a text. */
    WINDOW("layers with a window"),
    /** Layers with a rotation of their own. */
    LOCAL_ROTATION("layers with another rotation"),
    /** Heads of which a part rotates. */
    PARTIAL_ROTATION("partial rotation of heads"),
    /** Rotations that scale. */
    ATTENTION_FACTOR("an attention factor"),
    /** Norms behind attention and feed-forward. */
    NORM_BEHIND("norms behind attention and feed-forward"),
    /** Norms whose weights are added to 1. */
    NORM_ADDS_ONE("norms that add 1"),
    /** Query and key norms over all heads. */
    NORM_OVER_ALL_HEADS("norms over all heads"),
    /** Embeddings that are scaled. */
    EMBEDDING_SCALE("scaled embeddings"),
    /** Products of queries and keys that are scaled by something else than the head size. */
    ATTENTION_SCALE("another scale of attention"),
    /** A feed-forward that is gated by GELU. */
    GELU("gated GELU"),
    /** Layers with several feed-forwards, of which a token uses a few. */
    EXPERTS("layers with experts"),
    /** Layers with one feed-forward between layers with experts. */
    LAYERS_WITHOUT_EXPERTS("layers with experts between layers without");

    private final String text;

    Switch(String text) {
        this.text = text;
    }

    /** Returns what a model needs; the set is modifiable. */
    public static Set<Switch> of(ModelConfig config) {
        DecoderSwitches switches = config.switches();
        Set<Switch> needed = EnumSet.noneOf(Switch.class);
        add(needed, LAYERS_WITHOUT_ROTATION, switches.uses(Rotation.NONE));
        add(needed, WINDOW, switches.windowed(config.contextLength()));
        add(needed, LOCAL_ROTATION, switches.uses(Rotation.LOCAL));
        add(needed, PARTIAL_ROTATION, switches.rotarySize() != config.headSize());
        add(needed, ATTENTION_FACTOR, config.rotaryFactor(Rotation.GLOBAL) != 1);
        add(needed, NORM_BEHIND, switches.normPlacement().after());
        add(needed, NORM_ADDS_ONE, switches.normAddsOne());
        add(needed, NORM_OVER_ALL_HEADS, config.queryKeyNorm() && switches.normOverAllHeads());
        add(needed, EMBEDDING_SCALE, switches.embeddingScale() != 1);
        add(needed, ATTENTION_SCALE, switches.attentionScale() != 1 / Math.sqrt(config.headSize()));
        add(needed, GELU, switches.activation() == Activation.GELU_TANH);
        Experts experts = switches.experts();
        add(needed, EXPERTS, experts.count() > 0);
        add(needed, LAYERS_WITHOUT_EXPERTS, !experts.denseLayers().isEmpty());
        return needed;
    }

    private static void add(Set<Switch> needed, Switch one, boolean isNeeded) {
        if (isNeeded) {
            needed.add(one);
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
