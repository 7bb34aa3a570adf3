package org.rpt4j.backend.onnx.export;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.backend.onnx.proto.Attributes;
import org.rpt4j.backend.onnx.proto.GraphBuilder;
import org.rpt4j.backend.onnx.proto.ModelFile;
import org.rpt4j.model.format.SourceFiles;
import org.rpt4j.model.format.WeightLayout;

/**
 * Dynamic 8-bit quantisation: every matrix product of an ONNX model gets one-byte weights with a scale per column, and
 * rounds its other operand to a byte at run time. Matrices shrink to a quarter, and their products are several times as
 * fast on a CPU with VNNI; without VNNI, products may saturate. The numbers of the model change: measure with {@link
 * ScoreComparison} before you choose a threshold. Embeddings, norms and routers of experts are unchanged. Thread-safe.
 */
public final class OnnxQuantizer {

    private OnnxQuantizer() {}

    /**
     * Writes the quantised form of a model, with its configuration and tokenizer files.
     *
     * @param source a single-precision model, as written by {@link OnnxExporter}
     * @param target the graph to write; its weights go to the same name with {@code .data} appended
     * @throws ModelFormatException if the model cannot be read or contains nothing to quantise
     * @throws StorageException if a file cannot be written or already exists
     */
    public static void quantize(Path source, Path target) {
        if (SourceFiles.isGguf(source)) {
            throw new ModelFormatException(source + " is a GGUF file, expected an ONNX graph. Write one of it with"
                    + " 'rpt4j export', and quantise that.");
        }
        ModelFile file = ModelFile.read(source);
        Map<String, Int8Matrix> matrices = new LinkedHashMap<>();
        GraphProto.Builder graph = rewrite(file.model().getGraph(), matrices);
        if (matrices.isEmpty()) {
            throw new ModelFormatException(source + " has no product with a constant matrix in single precision:"
                    + " there is nothing to quantise, or it is already quantised");
        }
        Path directory = Objects.requireNonNull(source.toAbsolutePath().getParent());
        ModelFiles.requireRoom(directory, target);
        ModelProto model = file.model().toBuilder().setGraph(graph).build();
        QuantizedFiles.write(file, model, matrices, target, directory);
    }

    /** Replaces every product; the name of a matrix becomes a key of {@code matrices}. */
    private static GraphProto.Builder rewrite(GraphProto graph, Map<String, Int8Matrix> matrices) {
        Map<String, TensorProto> tensors = new HashMap<>();
        graph.getInitializerList().forEach(tensor -> tensors.put(tensor.getName(), tensor));
        GraphProto.Builder result = graph.toBuilder().clearNode();
        GraphBuilder builder = new GraphBuilder(result, "int8/");
        Map<String, List<String>> quantised = new HashMap<>();
        for (NodeProto node : graph.getNodeList()) {
            TensorProto matrix = isProduct(node) ? tensors.get(node.getInput(1)) : null;
            if (matrix == null || !isQuantisable(matrix) || WeightLayout.isRouter(matrix.getName())) {
                result.addNode(node);
                continue;
            }
            Int8Matrix bytes = new Int8Matrix(matrix, Attributes.integer(node, "transB", 0) == 1);
            if (!bytes.equals(matrices.getOrDefault(matrix.getName(), bytes))) {
                // Another product uses the same matrix transposed, which has other scales.
                result.addNode(node);
                continue;
            }
            matrices.put(matrix.getName(), bytes);
            List<String> rows = quantised.computeIfAbsent(
                    node.getInput(0), x -> builder.add("", "DynamicQuantizeLinear", List.of(x), 3));
            String product = builder.add("MatMulInteger", List.of(rows.get(0), bytesOf(matrix.getName()), rows.get(2)));
            String scale = builder.add("Mul", List.of(rows.get(1), scalesOf(matrix.getName())));
            builder.addNamed(
                    "", "Mul", List.of(builder.cast(product, DataType.FLOAT), scale), List.of(node.getOutput(0)));
        }
        return result;
    }

    private static boolean isQuantisable(TensorProto matrix) {
        return matrix.getDataType() == DataType.FLOAT_VALUE
                && matrix.getDimsCount() == 2
                && StoredTensors.length(matrix) == Float.BYTES * matrix.getDims(0) * matrix.getDims(1);
    }

    private static boolean isProduct(NodeProto node) {
        return node.getOpType().equals("MatMul")
                || (node.getOpType().equals("Gemm") && node.getInputCount() == 2 && isPlain(node));
    }

    private static boolean isPlain(NodeProto gemm) {
        return Attributes.integer(gemm, "transA", 0) == 0
                && gemm.getAttributeList().stream()
                        .noneMatch(each -> each.getName().equals("alpha"));
    }

    /** Returns the name for the bytes of a matrix. */
    static String bytesOf(String matrix) {
        return matrix + ".int8";
    }

    /** Returns the name for the scales of a matrix. */
    static String scalesOf(String matrix) {
        return matrix + ".scales";
    }
}
