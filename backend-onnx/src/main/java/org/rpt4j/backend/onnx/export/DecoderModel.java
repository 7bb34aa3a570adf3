package org.rpt4j.backend.onnx.export;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.List;
import org.rpt4j.backend.onnx.proto.ExternalData;
import org.rpt4j.backend.onnx.proto.GraphBuilder;
import org.rpt4j.model.format.ModelConfig;

/**
 * A decoder as an ONNX graph without its weights, which are listed together with how to compute each from a checkpoint.
 * Immutable by convention.
 */
public final class DecoderModel {

    /** The format version that supports opset 23. */
    private static final int IR_VERSION = 11;

    private final GraphForm form;
    private final GraphProto.Builder graph;
    private final List<GraphWeight> weights;

    DecoderModel(GraphForm form, GraphProto.Builder graph, List<GraphWeight> weights) {
        this.form = form;
        this.graph = graph;
        this.weights = List.copyOf(weights);
    }

    /** Returns the decoder of a configuration. */
    public static DecoderModel of(ModelConfig config, GraphForm form) {
        return new DecoderGraph(config, form).build(form);
    }

    /** Returns the weights in the order of the data file. */
    public List<GraphWeight> weights() {
        return weights;
    }

    /**
     * Returns the model with its weights in a file beside it, one after the other, each aligned to a multiple of {@link
     * ExternalData#ALIGNMENT}.
     *
     * @param location plain name of that file
     */
    public ModelProto toProto(String location) {
        GraphProto.Builder complete = graph.clone();
        long offset = 0;
        for (GraphWeight weight : weights) {
            long bytes = Float.BYTES * weight.size();
            complete.addInitializer(
                    ExternalData.tensor(weight.name(), DataType.FLOAT, weight.shape(), location, offset, bytes));
            offset = ExternalData.aligned(offset + bytes);
        }
        ModelProto.Builder model = ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("rpt4j")
                .addOpsetImport(opset("", form.opset()))
                .setGraph(complete);
        if (form == GraphForm.FAST) {
            model.addOpsetImport(opset(GraphBuilder.CONTRIB, 1));
        }
        return model.build();
    }

    private static OperatorSetIdProto opset(String domain, int version) {
        return OperatorSetIdProto.newBuilder()
                .setDomain(domain)
                .setVersion(version)
                .build();
    }
}
