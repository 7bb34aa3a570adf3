package org.rpt4j.model.format;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The weights of a model in a fixed order: embedding, final norm, head unless tied, then layer by layer. Backends keep
 * their weights in this order and look them up by {@link #index}.
 *
 * @since 0.1.0
 */
public final class WeightLayout {

    /** The weights of a decoder layer, in the order of the layout. */
    public enum LayerWeight {
        INPUT_NORM("input_layernorm.weight"),
        QUERY("self_attn.q_proj.weight"),
        KEY("self_attn.k_proj.weight"),
        VALUE("self_attn.v_proj.weight"),
        QUERY_BIAS("self_attn.q_proj.bias"),
        KEY_BIAS("self_attn.k_proj.bias"),
        VALUE_BIAS("self_attn.v_proj.bias"),
        QUERY_NORM("self_attn.q_norm.weight"),
        KEY_NORM("self_attn.k_norm.weight"),
        OUTPUT("self_attn.o_proj.weight"),
        OUTPUT_BIAS("self_attn.o_proj.bias"),
        /** Behind attention. */
        ATTENTION_NORM("post_attention_layernorm.weight"),
        /** Before the feed-forward; called post-attention where no norm stands behind attention. */
        POST_NORM("pre_feedforward_layernorm.weight"),
        /** Of a layer with experts: a row for each, whose products with x are their logits. */
        ROUTER("mlp.gate.weight"),
        /** One, or one of each expert; so are {@link #UP} and {@link #DOWN}, all three of an expert together. */
        GATE("mlp.gate_proj.weight"),
        UP("mlp.up_proj.weight"),
        DOWN("mlp.down_proj.weight"),
        /** Behind the feed-forward. */
        FEED_FORWARD_NORM("post_feedforward_layernorm.weight");

        private final String suffix;

        LayerWeight(String suffix) {
            this.suffix = suffix;
        }

        private String suffix(ModelConfig config) {
            boolean only =
                    this == POST_NORM && !config.switches().normPlacement().after();
            return only ? ATTENTION_NORM.suffix : suffix;
        }

        /** Returns the name in a layer, of an expert if that is not negative. */
        private String suffix(ModelConfig config, int expert) {
            return expert < 0 ? suffix(config) : suffix.replace("mlp.", "mlp.experts." + expert + ".");
        }

        /** Returns the projections, the matrices of a layer, in the order of the layout. */
        public static Set<LayerWeight> projections() {
            return EnumSet.of(QUERY, KEY, VALUE, OUTPUT, GATE, UP, DOWN);
        }

        /** Returns the projections of a feed-forward, of which layers with experts have several. */
        public static Set<LayerWeight> feedForward() {
            return EnumSet.of(GATE, UP, DOWN);
        }

        /** Returns the name of the module that holds the weight, such as {@code q_proj}. */
        public String module() {
            String path = suffix.substring(0, suffix.lastIndexOf('.'));
            return path.substring(path.lastIndexOf('.') + 1);
        }
    }

    /** Index of the token embedding [V, hidden]. */
    public static final int EMBEDDING = 0;

    /** Index of the final RMSNorm [hidden]. */
    public static final int FINAL_NORM = 1;

    static final String EMBEDDING_NAME = "model.embed_tokens.weight";
    static final String HEAD_NAME = "lm_head.weight";

    private final List<WeightSpec> all;
    private final List<StoredWeight> stored;
    private final int head;
    /** Index of the first weight of each layer, and behind them the number of all weights. */
    private final int[] layerStarts;
    /** Where a weight stands in a layer without experts, and in one with. */
    private final Map<LayerWeight, Integer> dense;

    private final Map<LayerWeight, Integer> sparse;
    private final ModelConfig config;

    private WeightLayout(
            ModelConfig config,
            List<WeightSpec> all,
            int head,
            int[] layerStarts,
            Map<LayerWeight, Integer> dense,
            Map<LayerWeight, Integer> sparse) {
        this.config = config;
        this.stored = StoredWeight.of(all, config.switches().fused());
        this.all = List.copyOf(all);
        this.head = head;
        this.layerStarts = layerStarts;
        this.dense = dense;
        this.sparse = sparse;
    }

    /** Creates the layout of a model. */
    public static WeightLayout of(ModelConfig config) {
        List<WeightSpec> all = new ArrayList<>();
        all.add(new WeightSpec(EMBEDDING_NAME, List.of(config.vocabularySize(), config.hiddenSize())));
        all.add(new WeightSpec("model.norm.weight", List.of(config.hiddenSize())));
        int head = EMBEDDING;
        if (!config.tiedHead()) {
            head = all.size();
            all.add(new WeightSpec(HEAD_NAME, List.of(config.vocabularySize(), config.hiddenSize())));
        }
        int[] starts = new int[config.layers() + 1];
        Map<LayerWeight, Integer> dense = new EnumMap<>(LayerWeight.class);
        Map<LayerWeight, Integer> sparse = new EnumMap<>(LayerWeight.class);
        for (int layer = 0; layer < config.layers(); layer++) {
            starts[layer] = all.size();
            addLayer(config, layer, all, config.hasExperts(layer) ? sparse : dense);
        }
        starts[config.layers()] = all.size();
        return new WeightLayout(config, all, head, starts, dense, sparse);
    }

    private static void addLayer(
            ModelConfig config, int layer, List<WeightSpec> all, Map<LayerWeight, Integer> offsets) {
        int start = all.size();
        String prefix = "model.layers." + layer + ".";
        for (LayerWeight weight : LayerWeight.values()) {
            List<Integer> shape = shape(config, layer, weight);
            if (shape.isEmpty()) {
                continue;
            }
            boolean ofExpert =
                    config.hasExperts(layer) && LayerWeight.feedForward().contains(weight);
            if (!ofExpert) {
                offsets.put(weight, all.size() - start);
                all.add(new WeightSpec(prefix + weight.suffix(config), shape));
            } else if (weight == LayerWeight.GATE) {
                addExperts(config, layer, prefix, all, start, offsets);
            }
        }
    }

    /** The weights of each expert in turn. */
    private static void addExperts(
            ModelConfig config,
            int layer,
            String prefix,
            List<WeightSpec> all,
            int start,
            Map<LayerWeight, Integer> offsets) {
        for (int expert = 0; expert < config.switches().experts().count(); expert++) {
            for (LayerWeight weight : LayerWeight.feedForward()) {
                offsets.putIfAbsent(weight, all.size() - start);
                all.add(new WeightSpec(prefix + weight.suffix(config, expert), shape(config, layer, weight)));
            }
        }
    }

    /** Returns whether a weight of this name chooses experts: its rounding changes more than numbers. */
    public static boolean isRouter(String name) {
        return name.endsWith("." + LayerWeight.ROUTER.suffix);
    }

    /** Returns every weight in order. */
    public List<WeightSpec> all() {
        return all;
    }

    /** Returns the tensors of a file with every weight, in order: a fused one holds several weights. */
    List<StoredWeight> stored() {
        return stored;
    }

    /**
     * Returns what a file with every weight holds, in order.
     *
     * @param dtype format in the file
     * @param weights supplies each weight once, in the order of the layout: row-major values between position and limit
     */
    public List<SafetensorsWriter.Entry> entries(DType dtype, Function<WeightSpec, FloatBuffer> weights) {
        return stored.stream().map(tensor -> tensor.entry(dtype, weights)).toList();
    }

    /** Returns the index of the output head; {@link #EMBEDDING} if tied. */
    public int head() {
        return head;
    }

    /** Returns the index of the first weight of a layer; of the number of layers, the number of all weights. */
    public int layerStart(int layer) {
        return layerStarts[layer];
    }

    /** Returns whether layers, or some of them, have this weight. */
    public boolean has(LayerWeight weight) {
        return dense.containsKey(weight) || sparse.containsKey(weight);
    }

    /**
     * Returns the index of a weight within a layer; of one that each expert has, that of the first.
     *
     * @param experts whether the layer has experts
     */
    public int offset(LayerWeight weight, boolean experts) {
        Integer offset = (experts ? sparse : dense).get(weight);
        if (offset == null) {
            throw new IllegalArgumentException(
                    "layers " + (experts ? "with" : "without") + " experts have no " + weight + " in this model");
        }
        return offset;
    }

    /** Returns the index of a layer's weight in {@link #all()}; of one that each expert has, that of the first. */
    public int index(int layer, LayerWeight weight) {
        return layerStarts[layer] + offset(weight, config.hasExperts(layer));
    }

    /**
     * Returns the index of a weight of an expert in {@link #all()}.
     *
     * @throws IllegalArgumentException if the layer has no experts, or the weight is not one of theirs
     */
    public int index(int layer, int expert, LayerWeight weight) {
        if (!config.hasExperts(layer) || !LayerWeight.feedForward().contains(weight)) {
            throw new IllegalArgumentException("layer " + layer + " has no experts with a " + weight);
        }
        return index(layer, weight) + expert * LayerWeight.feedForward().size();
    }

    /** Returns the shape of a layer's weight, empty if the model does not have it. */
    private static List<Integer> shape(ModelConfig c, int layer, LayerWeight weight) {
        int queries = c.heads() * c.headSize();
        int keys = c.keyValueHeads() * c.headSize();
        int inner = c.hasExperts(layer) ? c.switches().experts().width() : c.intermediateSize();
        return switch (weight) {
            case INPUT_NORM, POST_NORM -> c.switches().normPlacement().before() ? List.of(c.hiddenSize()) : List.of();
            case ATTENTION_NORM, FEED_FORWARD_NORM ->
                c.switches().normPlacement().after() ? List.of(c.hiddenSize()) : List.of();
            case QUERY -> List.of(queries, c.hiddenSize());
            case KEY, VALUE -> List.of(keys, c.hiddenSize());
            case QUERY_BIAS -> c.queryBias() ? List.of(queries) : List.of();
            case KEY_BIAS, VALUE_BIAS -> c.queryBias() ? List.of(keys) : List.of();
            case QUERY_NORM -> norm(c, queries);
            case KEY_NORM -> norm(c, keys);
            case OUTPUT -> List.of(c.hiddenSize(), queries);
            case OUTPUT_BIAS -> c.outputBias() ? List.of(c.hiddenSize()) : List.of();
            case ROUTER -> c.hasExperts(layer) ? List.of(c.switches().experts().count(), c.hiddenSize()) : List.of();
            case GATE, UP -> List.of(inner, c.hiddenSize());
            case DOWN -> List.of(c.hiddenSize(), inner);
        };
    }

    /** The norm of queries or keys, over all heads of this width or over each. */
    private static List<Integer> norm(ModelConfig c, int width) {
        if (!c.queryKeyNorm()) {
            return List.of();
        }
        return List.of(c.switches().normOverAllHeads() ? width : c.headSize());
    }
}
