package org.rpt4j.backend.onnx.export;

import static org.rpt4j.backend.onnx.proto.Attributes.of;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.List;
import org.rpt4j.backend.onnx.proto.GraphBuilder;
import org.rpt4j.model.format.DecoderSwitches.Rotation;
import org.rpt4j.model.format.ModelConfig;

/** Operators of ONNX Runtime. Positions follow from the attention mask: sequences are padded on the right. */
final class FastOperators extends DecoderOperators {

    private String lastIndex = "";
    private String totalLength = "";

    FastOperators(GraphBuilder graph, ModelConfig config, HeadPadding padding) {
        super(graph, config, padding);
    }

    @Override
    void begin() {
        String lengths =
                graph.add("ReduceSum", List.of(DecoderGraph.ATTENTION_MASK, graph.vector(1)), of("keepdims", 0));
        lastIndex = graph.cast(graph.add("Sub", List.of(lengths, graph.scalar(1))), DataType.INT32);
        totalLength = graph.cast(length(DecoderGraph.ATTENTION_MASK, 1), DataType.INT32);
    }

    @Override
    String norm(String x, String scale, double epsilon) {
        return graph.add(
                "SimplifiedLayerNormalization",
                List.of(x, scale),
                of("axis", -1),
                of("epsilon", (float) epsilon),
                of("stash_type", 1));
    }

    @Override
    String attention(int layer, String query, String key, String value) {
        String output = "layers." + layer + ".attention";
        Rotation rotation = config.layer(layer).rotation();
        boolean rotates = rotation != Rotation.NONE;
        int window = window(layer);
        graph.addNamed(
                GraphBuilder.CONTRIB,
                "GroupQueryAttention",
                List.of(
                        query,
                        key,
                        value,
                        past(layer, "key"),
                        past(layer, "value"),
                        lastIndex,
                        totalLength,
                        rotates ? RotaryTables.cosines(rotation) : "",
                        rotates ? RotaryTables.sines(rotation) : ""),
                List.of(output, present(layer, "key"), present(layer, "value")),
                of("num_heads", config.heads()),
                of("kv_num_heads", config.keyValueHeads()),
                of("scale", attentionScale()),
                of("do_rotary", rotates ? 1 : 0),
                of("rotary_interleaved", 0),
                of("local_window_size", window == 0 ? -1 : window));
        return output;
    }
}
