package org.rpt4j.backend.onnx;

import static org.rpt4j.backend.onnx.proto.Attributes.of;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.rpt4j.backend.onnx.export.DecoderModel;
import org.rpt4j.backend.onnx.export.GraphForm;
import org.rpt4j.backend.onnx.export.GraphWeight;
import org.rpt4j.backend.onnx.proto.GraphBuilder;
import org.rpt4j.model.format.Checkpoint;
import org.rpt4j.model.format.DType;

/** Models as other exporters write them: the same network with its weights inside the graph, modified by a test. */
final class ForeignModels {

    private ForeignModels() {}

    /** Returns the graph of a checkpoint in the portable form with all weights inside. */
    static ModelProto inline(Path checkpoint) {
        try (Checkpoint opened = Checkpoint.open(checkpoint)) {
            DecoderModel decoder = DecoderModel.of(opened.config(), GraphForm.PORTABLE);
            ModelProto model = decoder.toProto("nowhere");
            GraphProto.Builder graph = model.getGraph().toBuilder();
            for (GraphWeight weight : decoder.weights()) {
                for (int i = 0; i < graph.getInitializerCount(); i++) {
                    if (graph.getInitializer(i).getName().equals(weight.name())) {
                        graph.setInitializer(i, inline(opened, weight));
                    }
                }
            }
            return model.toBuilder().setGraph(graph).build();
        }
    }

    private static TensorProto inline(Checkpoint checkpoint, GraphWeight weight) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(Float.BYTES * weight.size()))
                .order(ByteOrder.LITTLE_ENDIAN);
        weight.read(checkpoint, bytes.asFloatBuffer()::put);
        return TensorProto.newBuilder()
                .setName(weight.name())
                .setDataType(DataType.FLOAT_VALUE)
                .addAllDims(weight.shape())
                .setRawData(ByteString.copyFrom(bytes))
                .build();
    }

    /** Changes the graph of a model. */
    static ModelProto change(ModelProto model, Consumer<GraphProto.Builder> change) {
        GraphProto.Builder graph = model.getGraph().toBuilder();
        change.accept(graph);
        return model.toBuilder().setGraph(graph).build();
    }

    /** Removes past and present, like an export with {@code use_cache=False}. */
    static void removeCache(GraphProto.Builder graph) {
        for (int i = graph.getInputCount() - 1; i >= 0; i--) {
            if (graph.getInput(i).getName().startsWith("past")) {
                graph.removeInput(i);
            }
        }
        for (int i = graph.getOutputCount() - 1; i >= 0; i--) {
            if (graph.getOutput(i).getName().startsWith("present")) {
                graph.removeOutput(i);
            }
        }
        for (NodeProto.Builder node : graph.getNodeBuilderList()) {
            if (node.getOpType().equals("Attention")) {
                node.setInput(4, "").setInput(5, "");
                String output = node.getOutput(0);
                node.clearOutput().addOutput(output);
            }
        }
    }

    /** Replaces the end of the graph: {@code end} gets the old logits and adds nodes that produce {@code logits}. */
    static void endWith(GraphProto.Builder graph, Consumer<GraphBuilder> end) {
        for (NodeProto.Builder node : graph.getNodeBuilderList()) {
            if (node.getOutput(0).equals("logits")) {
                node.setOutput(0, "old_logits");
            }
        }
        end.accept(new GraphBuilder(graph, "end/"));
    }

    /**
     * Replaces the head, {@code Reshape}, {@code Gemm}, {@code Reshape}, with other nodes that start at the normalised
     * hidden states.
     */
    static void replaceHead(GraphProto.Builder graph, HeadWriter writer) {
        int nodes = graph.getNodeCount();
        NodeProto gemm = graph.getNodeList().stream()
                .filter(node -> node.getOpType().equals("Gemm"))
                .findFirst()
                .orElseThrow();
        NodeProto flatten = graph.getNodeList().stream()
                .filter(node -> node.getOutput(0).equals(gemm.getInput(0)))
                .findFirst()
                .orElseThrow();
        graph.removeNode(nodes - 1);
        writer.write(new GraphBuilder(graph, "head/"), flatten.getInput(0), gemm.getInput(1));
    }

    /** Adds nodes that produce {@code logits} from hidden states [batch, sequence, H] and a matrix [V, H]. */
    @FunctionalInterface
    interface HeadWriter {
        void write(GraphBuilder graph, String hidden, String matrix);
    }

    /** Stores every weight in half precision, and returns logits in half precision too. */
    static void toHalf(GraphProto.Builder graph) {
        GraphBuilder casts = new GraphBuilder(GraphProto.newBuilder(), "half/");
        for (TensorProto.Builder tensor : graph.getInitializerBuilderList()) {
            if (tensor.getDataType() == DataType.FLOAT_VALUE) {
                String name = tensor.getName();
                ByteBuffer halves = ByteBuffer.allocate(tensor.getRawData().size() / 2);
                FloatBuffer floats = tensor.getRawData()
                        .asReadOnlyByteBuffer()
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer();
                DType.F16.encode(floats, halves);
                tensor.setName(name + "_half")
                        .setDataType(DataType.FLOAT16_VALUE)
                        .setRawData(ByteString.copyFrom(halves.flip()));
                casts.addNamed("", "Cast", List.of(name + "_half"), List.of(name), of("to", DataType.FLOAT_VALUE));
            }
        }
        List<NodeProto> nodes = List.copyOf(graph.getNodeList());
        graph.clearNode().addAllNode(casts.graph().getNodeList()).addAllNode(nodes);
        endWith(
                graph,
                end -> end.addNamed(
                        "", "Cast", List.of("old_logits"), List.of("logits"), of("to", DataType.FLOAT16_VALUE)));
        graph.getOutputBuilderList().stream()
                .filter(output -> output.getName().equals("logits"))
                .forEach(
                        output -> output.getTypeBuilder().getTensorTypeBuilder().setElemType(DataType.FLOAT16_VALUE));
    }

    /** Writes a model with a configuration beside it. */
    static Path write(ModelProto model, Path checkpoint, Path directory) {
        try {
            Files.createDirectories(directory);
            Files.copy(checkpoint.resolve("config.json"), directory.resolve("config.json"));
            Path file = directory.resolve("model.onnx");
            try (OutputStream out = Files.newOutputStream(file)) {
                model.writeTo(out);
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
