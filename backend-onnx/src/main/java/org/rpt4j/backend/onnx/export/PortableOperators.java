package org.rpt4j.backend.onnx.export;

import static org.rpt4j.backend.onnx.proto.Attributes.of;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.rpt4j.backend.onnx.proto.GraphBuilder;
import org.rpt4j.model.format.DecoderSwitches.Rotation;
import org.rpt4j.model.format.ModelConfig;

/**
 * Operators of the ONNX standard. The causal mask is passed to the attention as an input, because its built-in one
 * ignores the past.
 */
final class PortableOperators extends DecoderOperators {

    private String mask = "";
    private final Map<Integer, String> windowMasks = new HashMap<>();

    PortableOperators(GraphBuilder graph, ModelConfig config, HeadPadding padding) {
        super(graph, config, padding);
    }

    /**
     * Position i of the sequence attends to position j if {@code j <= past + i} and j is not padding, and in a layer with
     * a window if {@code j > past + i - window}.
     */
    @Override
    void begin() {
        graph.input(DecoderGraph.POSITION_IDS, DataType.INT64_VALUE, "batch_size", "sequence_length");
        String sequence = length(DecoderGraph.INPUT_IDS, 1);
        String total = length(DecoderGraph.ATTENTION_MASK, 1);
        String past = graph.add("Sub", List.of(total, sequence));
        String queries = graph.add("Range", List.of(past, total, graph.scalar(1)));
        String keys = graph.add("Range", List.of(graph.scalar(0), total, graph.scalar(1)));
        String rows = graph.add("Unsqueeze", List.of(queries, graph.vector(1)));
        String causal = graph.add("LessOrEqual", List.of(keys, rows));
        String padding = graph.add(
                "Unsqueeze", List.of(graph.cast(DecoderGraph.ATTENTION_MASK, DataType.BOOL), graph.vector(1, 2)));
        mask = graph.add("And", List.of(causal, padding));
        for (int layer = 0; layer < config.layers(); layer++) {
            windowMasks.computeIfAbsent(window(layer), window -> {
                if (window == 0) {
                    return mask;
                }
                String before = graph.add("Sub", List.of(rows, graph.scalar(window)));
                return graph.add("And", List.of(mask, graph.add("Greater", List.of(keys, before))));
            });
        }
    }

    @Override
    String norm(String x, String scale, double epsilon) {
        return graph.add("RMSNormalization", List.of(x, scale), of("axis", -1), of("epsilon", (float) epsilon));
    }

    @Override
    String attention(int layer, String query, String key, String value) {
        String output = "layers." + layer + ".attention";
        graph.addNamed(
                "",
                "Attention",
                List.of(
                        rotate(layer, query, config.heads()),
                        rotate(layer, key, config.keyValueHeads()),
                        value,
                        Objects.requireNonNull(windowMasks.get(window(layer))),
                        past(layer, "key"),
                        past(layer, "value")),
                List.of(output, present(layer, "key"), present(layer, "value")),
                of("q_num_heads", config.heads()),
                of("kv_num_heads", config.keyValueHeads()),
                of("scale", attentionScale()));
        return output;
    }

    private String rotate(int layer, String heads, int count) {
        Rotation rotation = config.layer(layer).rotation();
        if (rotation == Rotation.NONE) {
            return heads;
        }
        return graph.add(
                "RotaryEmbedding",
                List.of(heads, RotaryTables.cosines(rotation), RotaryTables.sines(rotation), DecoderGraph.POSITION_IDS),
                of("num_heads", count));
    }
}
