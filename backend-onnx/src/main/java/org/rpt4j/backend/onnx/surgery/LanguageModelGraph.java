package org.rpt4j.backend.onnx.surgery;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.rpt4j.api.error.ModelFormatException;

/**
 * An ONNX model recognised as a causal language model: token ids in, logits out.
 *
 * @param model the model as it was read
 * @param ids the input of token ids, [batch, sequence]
 * @param logits the output of logits, [batch, sequence, V]
 * @param head how the logits are computed, if recognised
 */
public record LanguageModelGraph(ModelProto model, ValueInfoProto ids, ValueInfoProto logits, Optional<Head> head) {

    /** The oldest operator set in which the added operators have the expected meaning. */
    public static final int OLDEST_OPSET = 13;

    private static final String IDS = "input_ids";
    private static final String LOGITS = "logits";

    /**
     * Recognises a model.
     *
     * @param where the model, for messages
     * @throws ModelFormatException if it is not a causal language model
     */
    public static LanguageModelGraph of(String where, ModelProto model) {
        requireOpset(where, model);
        GraphProto graph = model.getGraph();
        GraphIndex.outOfOrder(graph).ifPresent(tensor -> {
            throw new ModelFormatException(where + " is not a valid graph: \"" + tensor
                    + "\" is produced twice, or read before it is produced. Export the model again.");
        });
        ValueInfoProto ids = named(graph.getInputList(), IDS)
                .orElseThrow(() -> new ModelFormatException(where + " has no input \"" + IDS + "\", only "
                        + names(graph.getInputList()) + ". It is not the export of a causal language model."));
        ValueInfoProto logits = named(graph.getOutputList(), LOGITS)
                .orElseThrow(() -> new ModelFormatException(where + " has no output \"" + LOGITS + "\", only "
                        + names(graph.getOutputList())
                        + ". Export it with its language-model head (in Optimum: --task text-generation)."));
        return new LanguageModelGraph(model, ids, logits, Head.find(graph, LOGITS));
    }

    private static void requireOpset(String where, ModelProto model) {
        long opset = model.getOpsetImportList().stream()
                .filter(each -> each.getDomain().isEmpty() || each.getDomain().equals("ai.onnx"))
                .mapToLong(OperatorSetIdProto::getVersion)
                .findFirst()
                .orElseThrow(() -> new ModelFormatException(where + " declares no ONNX operator set"));
        if (opset < OLDEST_OPSET) {
            throw new ModelFormatException(where + " is written in opset " + opset + ". Supported: " + OLDEST_OPSET
                    + " and newer. Export the model again.");
        }
    }

    /** Returns V, if the graph reveals it. */
    public OptionalLong vocabularySize() {
        TensorShapeProto shape = logits.getType().getTensorType().getShape();
        int rank = shape.getDimCount();
        if (rank > 0 && shape.getDim(rank - 1).getDimValue() > 0) {
            return OptionalLong.of(shape.getDim(rank - 1).getDimValue());
        }
        return head.flatMap(found -> Head.vocabulary(model.getGraph(), found))
                .map(OptionalLong::of)
                .orElseGet(OptionalLong::empty);
    }

    /** Returns the number of stored weights. */
    public long parameterCount() {
        return model.getGraph().getInitializerList().stream()
                .filter(tensor -> tensor.getDataType() != DataType.INT64_VALUE)
                .mapToLong(tensor -> tensor.getDimsList().stream().reduce(1L, (a, b) -> a * b))
                .sum();
    }

    /** Returns the type of the logits. */
    int logitsType() {
        return logits.getType().getTensorType().getElemType();
    }

    static String names(List<ValueInfoProto> values) {
        return values.stream().map(ValueInfoProto::getName).limit(20).collect(Collectors.joining(", "));
    }

    private static Optional<ValueInfoProto> named(List<ValueInfoProto> values, String name) {
        return values.stream().filter(value -> value.getName().equals(name)).findFirst();
    }
}
