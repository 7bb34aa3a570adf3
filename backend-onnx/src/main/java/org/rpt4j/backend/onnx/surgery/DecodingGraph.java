package org.rpt4j.backend.onnx.surgery;

import static org.rpt4j.backend.onnx.proto.Attributes.of;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;
import java.util.Optional;
import org.rpt4j.backend.onnx.proto.GraphBuilder;

/**
 * Extends a language model in the fast form so that it computes the logits of selected rows only, [rows, V]. Ids, mask,
 * past and present stay inputs and outputs under their own names. Stateless.
 */
public final class DecodingGraph {

    /** Selects which of the batch * sequence positions get logits, [rows], int64. */
    public static final String ROWS = "rpt4j/rows";

    /** Logits of these rows, [rows, V]. */
    public static final String LOGITS = "rpt4j/logits";

    private DecodingGraph() {}

    /**
     * Returns why a model cannot decode with keys and values in place.
     *
     * @return empty if it can
     */
    public static Optional<String> obstacle(LanguageModelGraph model) {
        GraphProto graph = model.model().getGraph();
        for (ValueInfoProto input : graph.getInputList()) {
            String name = input.getName();
            if (!name.equals("input_ids") && !name.equals("attention_mask") && !name.startsWith("past_key_values.")) {
                return Optional.of("it has the input \"" + name + "\"");
            }
        }
        List<NodeProto> attentions = graph.getNodeList().stream()
                .filter(node -> node.getOpType().equals("GroupQueryAttention"))
                .toList();
        long pasts = graph.getInputList().stream()
                .filter(input -> input.getName().startsWith("past_key_values."))
                .filter(input -> input.getType().getTensorType().getElemType() == DataType.FLOAT_VALUE)
                .count();
        if (attentions.isEmpty() || pasts != 2L * attentions.size()) {
            return Optional.of("its attention is not GroupQueryAttention with past_key_values in single precision");
        }
        return model.head().isEmpty() || model.logitsType() != DataType.FLOAT_VALUE
                ? Optional.of("its head was not recognised as a product in single precision")
                : Optional.empty();
    }

    /** Returns the decoding form of a model without an {@link #obstacle}. */
    public static ModelProto write(LanguageModelGraph model) {
        GraphProto.Builder result = model.model().getGraph().toBuilder();
        GraphBuilder graph = new GraphBuilder(result, "rpt4j/");
        graph.input(ROWS, DataType.INT64_VALUE, "rows");
        Head head = model.head().orElseThrow();
        String flat = graph.add("Flatten", List.of(head.hidden()), of("axis", -1));
        String gathered = graph.add("Gather", List.of(flat, ROWS), of("axis", 0));
        String logits = head.copy(graph, gathered, model.logits().getName());
        graph.addNamed("", "Identity", List.of(logits), List.of(LOGITS));
        for (int i = result.getOutputCount() - 1; i >= 0; i--) {
            if (result.getOutput(i).getName().equals(model.logits().getName())) {
                result.removeOutput(i);
            }
        }
        graph.output(LOGITS, DataType.FLOAT_VALUE, "rows", "vocabulary");
        GraphIndex.removeDead(result);
        return model.model().toBuilder().setGraph(result).build();
    }
}
