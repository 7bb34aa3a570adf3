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

/**
 * Dynamic 8-bit quantisation: every matrix product of an ONNX model gets weights of one byte with a scale per column,
 * and rounds its other operand to a byte as it runs. Matrices take a quarter of the space, and their products are
 * several times as fast on a CPU with VNNI; without VNNI, products may saturate. Such a model computes other numbers:
 * measure with {@link ScoreComparison} before a threshold is taken from it. Embeddings and norms stay as they are.
 * Thread-safe.
 */
public final class OnnxQuantizer {

    private OnnxQuantizer() {}

    /**
     * Writes the quantised form of a model, with the files of its configuration and tokenizer.
     *
     * @param source a model in single precision, such as {@link OnnxExporter} writes it
     * @param target the graph to write; its weights go to the same name with {@code .data} appended
     * @throws ModelFormatException if the model cannot be read or has nothing to quantise
     * @throws StorageException if a file cannot be written or is there already
     */
    public static void quantize(Path source, Path target) {
        ModelFile file = ModelFile.read(source);
        Map<String, Int8Matrix> matrices = new LinkedHashMap<>();
        GraphProto.Builder graph = rewrite(file.model().getGraph(), matrices);
        if (matrices.isEmpty()) {
            throw new ModelFormatException(source + " has no product with a constant matrix in single precision:"
                    + " there is nothing to quantise, or it is quantised already");
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
            if (matrix == null || !isQuantisable(matrix)) {
                result.addNode(node);
                continue;
            }
            Int8Matrix bytes = new Int8Matrix(matrix, Attributes.integer(node, "transB", 0) == 1);
            if (!bytes.equals(matrices.getOrDefault(matrix.getName(), bytes))) {
                // Another product uses the same matrix the other way round, which has other scales.
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

    /** Name of the bytes of a matrix. */
    static String bytesOf(String matrix) {
        return matrix + ".int8";
    }

    /** Name of the scales of a matrix. */
    static String scalesOf(String matrix) {
        return matrix + ".scales";
    }
}
