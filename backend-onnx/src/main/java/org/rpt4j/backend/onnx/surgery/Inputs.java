package org.rpt4j.backend.onnx.surgery;

import static org.rpt4j.backend.onnx.proto.Attributes.of;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.List;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.backend.onnx.proto.GraphBuilder;
import org.rpt4j.backend.onnx.proto.Tensors;

/**
 * Computes the inputs of a language model from two: ids and mask of sequences that begin at position 0 and are padded
 * on the right, without a past. Adds nodes for any other input of the model.
 */
final class Inputs {

    /** Token ids, [batch, sequence]. */
    static final String IDS = "rpt4j/ids";

    /** 1 for a token, 0 for padding, [batch, sequence]. */
    static final String MASK = "rpt4j/mask";

    private final GraphBuilder graph;
    private final LanguageModelGraph model;
    private final String where;

    Inputs(String where, LanguageModelGraph model, GraphBuilder graph) {
        this.where = where;
        this.model = model;
        this.graph = graph;
    }

    /** Declares the two inputs and computes those of the model under their own names. */
    void connect() {
        graph.input(IDS, DataType.INT64_VALUE, "batch", "sequence");
        graph.input(MASK, DataType.INT64_VALUE, "batch", "sequence");
        List<String> defaults = new ArrayList<>();
        model.model().getGraph().getInitializerList().forEach(tensor -> defaults.add(tensor.getName()));
        for (ValueInfoProto input : model.model().getGraph().getInputList()) {
            if (!defaults.contains(input.getName())) {
                connect(input);
            }
        }
    }

    private void connect(ValueInfoProto input) {
        String name = input.getName();
        if (name.equals(model.ids().getName())) {
            cast(IDS, input);
        } else if (name.equals("attention_mask")) {
            cast(MASK, input);
        } else if (name.equals("position_ids")) {
            cast(positions(), input);
        } else if (name.startsWith("past")) {
            emptyPast(input);
        } else if (name.equals("use_cache_branch")) {
            String off = graph.constant(Tensors.scalar("rpt4j/no_cache", false));
            graph.addNamed("", "Reshape", List.of(off, graph.vector(1)), List.of(name));
        } else {
            throw new ModelFormatException(where + " has the input \"" + name + "\", which is not supported."
                    + " Supported: input_ids, attention_mask, position_ids, past_key_values.*, use_cache_branch");
        }
    }

    private void cast(String from, ValueInfoProto input) {
        int type = input.getType().getTensorType().getElemType();
        graph.addNamed("", "Cast", List.of(from), List.of(input.getName()), of("to", type));
    }

    private String positions() {
        String shape = graph.add("Shape", List.of(IDS));
        String length = graph.add("Gather", List.of(shape, graph.scalar(1)), of("axis", 0));
        String range = graph.add("Range", List.of(graph.scalar(0), length, graph.scalar(1)));
        return graph.add("Expand", List.of(range, shape));
    }

    /** Empty keys or values: dimensions as declared, the batch as given, every other free one 0. */
    private void emptyPast(ValueInfoProto input) {
        TensorShapeProto shape = input.getType().getTensorType().getShape();
        TensorShapeProto ofIds = model.ids().getType().getTensorType().getShape();
        String batchName = ofIds.getDimCount() == 0 ? "" : ofIds.getDim(0).getDimParam();
        List<String> dimensions = new ArrayList<>();
        for (int i = 0; i < shape.getDimCount(); i++) {
            TensorShapeProto.Dimension dimension = shape.getDim(i);
            boolean batch = dimension.getDimValue() == 0
                    && (i == 0
                            || (!batchName.isEmpty() && dimension.getDimParam().equals(batchName)));
            dimensions.add(batch ? batchSize() : graph.vector(dimension.getDimValue()));
        }
        graph.addNamed(
                "",
                "ConstantOfShape",
                List.of(graph.add("Concat", dimensions, of("axis", 0))),
                List.of(input.getName()),
                of("value", Tensors.zero(input.getType().getTensorType().getElemType())));
    }

    private String batchSize() {
        return graph.add("Gather", List.of(graph.add("Shape", List.of(IDS)), graph.vector(0)), of("axis", 0));
    }
}
