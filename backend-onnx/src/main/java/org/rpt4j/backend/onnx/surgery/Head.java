package org.rpt4j.backend.onnx.surgery;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProtoOrBuilder;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rpt4j.backend.onnx.proto.Attributes;
import org.rpt4j.backend.onnx.proto.GraphBuilder;

/**
 * The last part of a graph, from hidden states to logits, which treats all rows alike: a product with the head's
 * matrix, quantised or not, and what follows it. It can be moved behind a selection of rows.
 *
 * @param hidden the tensor of hidden states, [batch, sequence, width]
 * @param nodes the nodes from there to the logits, in order; none of them reshapes
 * @param aliases reshaped tensors, each mapped to the tensor it was reshaped from
 */
public record Head(String hidden, List<NodeProto> nodes, Map<String, String> aliases) {

    /** Operators that compute row i of their result from row i of their input and constants. */
    private static final Set<String> ROW_WISE = Set.of(
            "Add",
            "Cast",
            "Div",
            "Identity",
            "Mul",
            "Sub",
            "Tanh",
            "DynamicQuantizeLinear",
            "QuantizeLinear",
            "DequantizeLinear");

    /** Products of rows with a constant matrix. */
    private static final Set<String> PRODUCTS = Set.of(
            "MatMul",
            "Gemm",
            "FusedMatMul",
            "MatMulNBits",
            "MatMulInteger",
            "MatMulIntegerToFloat",
            "DynamicQuantizeMatMul");

    /** Operators that may appear between a stored matrix and a product with it. */
    private static final Set<String> REPRESENTATIONS =
            Set.of("Cast", "DequantizeLinear", "DynamicQuantizeLinear", "Identity", "QuantizeLinear", "Transpose");

    /**
     * Finds the head that produces a tensor of logits.
     *
     * @return empty if the graph ends in an unknown way
     */
    static Optional<Head> find(GraphProtoOrBuilder graph, String logits) {
        GraphIndex index = new GraphIndex(graph);
        Set<String> open = new LinkedHashSet<>(List.of(logits));
        List<NodeProto> nodes = new ArrayList<>();
        Map<String, String> aliases = new HashMap<>();
        boolean multiplied = false;
        while (!multiplied || open.size() > 1) {
            String tensor = Collections.max(open, Comparator.comparingInt(index::producerIndex));
            NodeProto node = index.producer(tensor);
            if (node == null) {
                return Optional.empty();
            }
            open.removeAll(node.getOutputList());
            if (node.getOpType().equals("Reshape")) {
                if (!keepsRows(index, node, graph)) {
                    return Optional.empty();
                }
                aliases.put(node.getOutput(0), GraphIndex.input(node, 0));
                open.add(GraphIndex.input(node, 0));
                continue;
            }
            boolean product = PRODUCTS.contains(node.getOpType());
            if (product ? !multipliesRows(index, node) : !ROW_WISE.contains(node.getOpType())) {
                return Optional.empty();
            }
            multiplied |= product;
            nodes.add(0, node);
            node.getInputList().stream().filter(name -> !index.isConstant(name)).forEach(open::add);
            if (open.isEmpty()) {
                return Optional.empty();
            }
        }
        String hidden = open.iterator().next();
        NodeProto flatten = index.producer(hidden);
        if (flatten != null && flatten.getOpType().equals("Reshape") && keepsRows(index, flatten, graph)) {
            aliases.put(hidden, GraphIndex.input(flatten, 0));
            hidden = GraphIndex.input(flatten, 0);
        }
        return Optional.of(new Head(hidden, List.copyOf(nodes), Map.copyOf(aliases)));
    }

    /** Returns the width of the logits if the matrix of the head reveals it. */
    static Optional<Long> vocabulary(GraphProtoOrBuilder graph, Head head) {
        GraphIndex index = new GraphIndex(graph);
        for (NodeProto node : head.nodes()) {
            if (PRODUCTS.contains(node.getOpType())) {
                Optional<Long> columns = columns(index, node);
                if (columns.isPresent()) {
                    return columns;
                }
            }
        }
        return Optional.empty();
    }

    /** Returns the product that a tensor is computed from through row-wise operators only. */
    private static Optional<NodeProto> productBefore(GraphIndex index, String tensor) {
        NodeProto node = index.producer(tensor);
        while (node != null && ROW_WISE.contains(node.getOpType())) {
            node = node.getInputList().stream()
                    .filter(name -> !index.isConstant(name))
                    .max(Comparator.comparingInt(index::producerIndex))
                    .map(index::producer)
                    .orElse(null);
        }
        return Optional.ofNullable(node).filter(found -> PRODUCTS.contains(found.getOpType()));
    }

    private static Optional<Long> columns(GraphIndex index, NodeProto product) {
        return product.getOpType().equals("MatMulNBits")
                ? Optional.of(Attributes.integer(product, "N", 0))
                : matrixSize(index, product, 1);
    }

    private static Optional<Long> rows(GraphIndex index, NodeProto product) {
        return product.getOpType().equals("MatMulNBits")
                ? Optional.of(Attributes.integer(product, "K", 0))
                : matrixSize(index, product, 0);
    }

    /** Returns a dimension of the matrix [in, out] of a product, however it is stored. */
    private static Optional<Long> matrixSize(GraphIndex index, NodeProto product, int dimension) {
        boolean transposed = Attributes.integer(product, "transB", 0) == 1;
        String matrix = GraphIndex.input(product, 1);
        NodeProto maker = index.producer(matrix);
        while (maker != null && REPRESENTATIONS.contains(maker.getOpType())) {
            transposed ^= maker.getOpType().equals("Transpose");
            matrix = GraphIndex.input(maker, 0);
            maker = index.producer(matrix);
        }
        TensorProto value = index.value(matrix);
        return value == null || value.getDimsCount() != 2
                ? Optional.empty()
                : Optional.of(value.getDims(transposed ? 1 - dimension : dimension));
    }

    private static boolean multipliesRows(GraphIndex index, NodeProto node) {
        return Attributes.integer(node, "transA", 0) == 0
                && !index.isConstant(GraphIndex.input(node, 0))
                && index.isConstant(GraphIndex.input(node, 1))
                && (!node.getOpType().equals("Gemm") || index.isConstant(GraphIndex.input(node, 2)));
    }

    /**
     * Returns whether a reshape only joins or splits dimensions before the last: its last one is the width of a
     * product.
     */
    private static boolean keepsRows(GraphIndex index, NodeProto reshape, GraphProtoOrBuilder graph) {
        Optional<Long> last = lastElement(index, GraphIndex.input(reshape, 1));
        if (last.isEmpty() || last.get() <= 0) {
            return false;
        }
        Optional<NodeProto> before = productBefore(index, GraphIndex.input(reshape, 0));
        if (before.isPresent()) {
            return columns(index, before.get()).equals(last);
        }
        return graph.getNodeList().stream()
                .filter(node -> node.getInputList().contains(reshape.getOutput(0)))
                .allMatch(node ->
                        PRODUCTS.contains(node.getOpType()) && rows(index, node).equals(last));
    }

    private static Optional<Long> lastElement(GraphIndex index, String shape) {
        @Nullable NodeProto maker = index.producer(shape);
        if (maker != null && maker.getOpType().equals("Concat")) {
            return lastElement(index, GraphIndex.input(maker, maker.getInputCount() - 1));
        }
        TensorProto value = index.value(shape);
        if (value == null || value.getDimsCount() != 1) {
            return Optional.empty();
        }
        if (value.getInt64DataCount() > 0) {
            return Optional.of(value.getInt64Data(value.getInt64DataCount() - 1));
        }
        int bytes = value.getRawData().size();
        return bytes < Long.BYTES
                ? Optional.empty()
                : Optional.of(value.getRawData()
                        .substring(bytes - Long.BYTES)
                        .asReadOnlyByteBuffer()
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getLong());
    }

    /**
     * Appends a copy of the head to a graph, with {@link #hidden} replaced by another tensor of rows.
     *
     * @param rows [R, width]
     * @param logits the output of the head in the original graph
     * @return the logits of these rows, [R, V]
     */
    String copy(GraphBuilder target, String rows, String logits) {
        Map<String, String> names = new HashMap<>(Map.of(hidden, rows));
        for (NodeProto node : nodes) {
            List<String> inputs = node.getInputList().stream()
                    .map(name -> renamed(name, names))
                    .toList();
            List<String> outputs = target.add(
                    node.getDomain(),
                    node.getOpType(),
                    inputs,
                    node.getOutputCount(),
                    node.getAttributeList().toArray(AttributeProto[]::new));
            for (int i = 0; i < outputs.size(); i++) {
                names.put(node.getOutput(i), outputs.get(i));
            }
        }
        // Constants of three dimensions, such as a scale [1, 1, 1], would add a dimension.
        return target.add("Flatten", List.of(renamed(logits, names)), Attributes.of("axis", -1));
    }

    private String renamed(String name, Map<String, String> names) {
        String original = name;
        while (!names.containsKey(original) && aliases.containsKey(original)) {
            original = aliases.get(original);
        }
        return names.getOrDefault(original, name);
    }
}
