package org.rpt4j.backend.onnx.export;

import static org.rpt4j.backend.onnx.proto.Attributes.of;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.List;
import org.rpt4j.backend.onnx.proto.GraphBuilder;
import org.rpt4j.model.format.ModelConfig;

/** The operators that differ between the two forms of a graph. */
abstract class DecoderOperators {

    final GraphBuilder graph;
    final ModelConfig config;
    final HeadPadding padding;

    DecoderOperators(GraphBuilder graph, ModelConfig config, HeadPadding padding) {
        this.graph = graph;
        this.config = config;
        this.padding = padding;
    }

    /** Declares further inputs and adds what all layers share. */
    abstract void begin();

    /** RMSNorm over the last dimension. */
    abstract String norm(String x, String scale, double epsilon);

    /**
     * Rotation and causal attention over past and present keys and values.
     *
     * @param query [batch, sequence, heads * width]
     * @param key [batch, sequence, keyValueHeads * width]
     * @param value same shape as {@code key}
     * @return [batch, sequence, heads * width]
     */
    abstract String attention(int layer, String query, String key, String value);

    /** Returns the factor of the products of queries and keys. */
    float attentionScale() {
        return (float) config.switches().attentionScale();
    }

    /** Returns how many tokens a token of a layer sees; 0 if all that a text can have. */
    int window(int layer) {
        int window = config.layer(layer).window();
        return window < config.contextLength() ? window : 0;
    }

    String past(int layer, String what) {
        return cache("past_key_values." + layer + "." + what, "past_sequence_length", true);
    }

    String present(int layer, String what) {
        return cache("present." + layer + "." + what, "total_sequence_length", false);
    }

    private String cache(String name, String length, boolean input) {
        Object[] shape = {"batch_size", config.keyValueHeads(), length, padding.width()};
        if (input) {
            return graph.input(name, DataType.FLOAT_VALUE, shape);
        }
        graph.output(name, DataType.FLOAT_VALUE, shape);
        return name;
    }

    /** Returns the length of a dimension, as a scalar. */
    String length(String tensor, int dimension) {
        String shape = graph.add("Shape", List.of(tensor));
        return graph.add("Gather", List.of(shape, graph.scalar(dimension)), of("axis", 0));
    }
}
