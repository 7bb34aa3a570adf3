package org.rpt4j.backend.onnx.export;

import static org.rpt4j.backend.onnx.proto.Attributes.of;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.backend.onnx.proto.GraphBuilder;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.WeightLayout;
import org.rpt4j.model.format.WeightLayout.LayerWeight;
import org.rpt4j.model.format.WeightSpec;

/**
 * Builds a decoder as a graph with the inputs and outputs of a Hugging Face export: {@code input_ids} [batch,
 * sequence], {@code attention_mask} [batch, total], {@code position_ids} [batch, sequence] in the portable form, and
 * {@code past_key_values.N.key/value} [batch, heads, past, width], to {@code logits} [batch, sequence, V] and {@code
 * present.N.key/value}. {@link DecoderOperators} writes what differs between the two forms.
 */
final class DecoderGraph {

    static final String INPUT_IDS = "input_ids";
    static final String ATTENTION_MASK = "attention_mask";
    static final String POSITION_IDS = "position_ids";
    static final String LOGITS = "logits";

    private final ModelConfig config;
    private final WeightLayout layout;
    private final HeadPadding padding;
    private final DecoderOperators operators;
    private final GraphBuilder graph = new GraphBuilder("decoder");
    private final List<GraphWeight> weights = new ArrayList<>();
    private final FeedForwardGraph feedForwards;

    DecoderGraph(ModelConfig config, GraphForm form) {
        this.config = config;
        this.layout = WeightLayout.of(config);
        this.padding = HeadPadding.of(config, form);
        this.operators = form == GraphForm.FAST
                ? new FastOperators(graph, config, padding)
                : new PortableOperators(graph, config, padding);
        this.feedForwards = new FeedForwardGraph(graph, config, layout, this::weight);
    }

    /** Builds the whole graph. */
    DecoderModel build(GraphForm form) {
        String ids = graph.input(INPUT_IDS, DataType.INT64_VALUE, "batch_size", "sequence_length");
        graph.input(ATTENTION_MASK, DataType.INT64_VALUE, "batch_size", "total_sequence_length");
        weights.addAll(RotaryTables.of(config, padding));
        operators.begin();
        GraphWeight embedding = GraphWeight.same(layout.all().get(WeightLayout.EMBEDDING));
        String hidden = graph.add("Gather", List.of(weight(embedding), ids));
        if (config.switches().embeddingScale() != 1) {
            float scale = (float) config.switches().embeddingScale();
            hidden = graph.add("Mul", List.of(hidden, graph.scalar(scale)));
        }
        for (int layer = 0; layer < config.layers(); layer++) {
            String attended = attention(layer, norm(hidden, layer, LayerWeight.INPUT_NORM));
            hidden = graph.add("Add", List.of(hidden, norm(attended, layer, LayerWeight.ATTENTION_NORM)));
            String fed = feedForwards.add(layer, norm(hidden, layer, LayerWeight.POST_NORM));
            hidden = graph.add("Add", List.of(hidden, norm(fed, layer, LayerWeight.FEED_FORWARD_NORM)));
        }
        GraphWeight finalNorm = normWeight(layout.all().get(WeightLayout.FINAL_NORM));
        head(operators.norm(hidden, weight(finalNorm), config.normEpsilon()), embedding.name());
        return new DecoderModel(form, graph.graph(), weights);
    }

    /** A norm over the hidden width, if the model has it. */
    private String norm(String hidden, int layer, LayerWeight kind) {
        return layout.has(kind)
                ? operators.norm(hidden, weight(normWeight(spec(layer, kind))), config.normEpsilon())
                : hidden;
    }

    private GraphWeight normWeight(WeightSpec spec) {
        return GraphWeight.spread(spec, config.hiddenSize(), i -> i, 1, normAdded());
    }

    private double normAdded() {
        return config.switches().normAddsOne() ? 1 : 0;
    }

    private String attention(int layer, String x) {
        String query = heads(layer, x, LayerWeight.QUERY, LayerWeight.QUERY_BIAS, LayerWeight.QUERY_NORM);
        String key = heads(layer, x, LayerWeight.KEY, LayerWeight.KEY_BIAS, LayerWeight.KEY_NORM);
        String value = heads(layer, x, LayerWeight.VALUE, LayerWeight.VALUE_BIAS, null);
        String mixed = operators.attention(layer, query, key, value);
        int inputs = config.heads() * padding.width();
        String output = graph.add(
                "MatMul",
                List.of(
                        mixed,
                        weight(GraphWeight.transposed(
                                spec(layer, LayerWeight.OUTPUT),
                                inputs,
                                padding::place,
                                config.hiddenSize(),
                                i -> i))));
        return layout.has(LayerWeight.OUTPUT_BIAS)
                ? graph.add("Add", List.of(output, weight(GraphWeight.same(spec(layer, LayerWeight.OUTPUT_BIAS)))))
                : output;
    }

    /** A projection to heads, [batch, sequence, heads * width], with a norm per head, or over all, if the model has one. */
    private String heads(int layer, String x, LayerWeight matrix, LayerWeight bias, @Nullable LayerWeight norm) {
        int count = matrix == LayerWeight.QUERY ? config.heads() : config.keyValueHeads();
        int width = count * padding.width();
        String heads = graph.add(
                "MatMul",
                List.of(
                        x,
                        weight(GraphWeight.transposed(
                                spec(layer, matrix), config.hiddenSize(), i -> i, width, padding::place))));
        if (layout.has(bias)) {
            GraphWeight moved = GraphWeight.spread(spec(layer, bias), width, padding::place, 1);
            heads = graph.add("Add", List.of(heads, weight(moved)));
        }
        if (norm != null && layout.has(norm)) {
            // The mean of squares over padded heads is too small by the share of padding; scale and epsilon compensate.
            double factor = padding.meanFactor();
            boolean together = config.switches().normOverAllHeads();
            GraphWeight scale = GraphWeight.spread(
                    spec(layer, norm),
                    together ? width : padding.width(),
                    padding::place,
                    1 / Math.sqrt(factor),
                    normAdded());
            double epsilon = config.normEpsilon() / factor;
            if (together) {
                return operators.norm(heads, weight(scale), epsilon);
            }
            String split = graph.add("Reshape", List.of(heads, graph.vector(0, 0, count, padding.width())));
            String normalised = operators.norm(split, weight(scale), epsilon);
            heads = graph.add("Reshape", List.of(normalised, graph.vector(0, 0, width)));
        }
        return heads;
    }

    /** The head as a product with rows of the vocabulary, so that a tied head needs no second copy of the embedding. */
    private void head(String hidden, String embedding) {
        String matrix = config.tiedHead()
                ? embedding
                : weight(GraphWeight.same(layout.all().get(layout.head())));
        String flat = graph.add("Reshape", List.of(hidden, graph.vector(-1, config.hiddenSize())));
        String product = graph.add("Gemm", List.of(flat, matrix), of("transB", 1));
        String batchAndSequence = graph.add("Shape", List.of(INPUT_IDS));
        String shape =
                graph.add("Concat", List.of(batchAndSequence, graph.vector(config.vocabularySize())), of("axis", 0));
        graph.addNamed("", "Reshape", List.of(product, shape), List.of(LOGITS));
        graph.output(LOGITS, DataType.FLOAT_VALUE, "batch_size", "sequence_length", config.vocabularySize());
    }

    private WeightSpec spec(int layer, LayerWeight weight) {
        return layout.all().get(layout.index(layer, weight));
    }

    private String weight(GraphWeight weight) {
        weights.add(weight);
        return weight.name();
    }
}
