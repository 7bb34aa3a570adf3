package org.rpt4j.backend.onnx.surgery;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.GraphProtoOrBuilder;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the producer of each tensor of a graph, and the tensors that depend on no input. Not thread-safe. */
final class GraphIndex {

    private final List<NodeProto> nodes;
    private final Map<String, Integer> producers = new HashMap<>();
    private final Map<String, TensorProto> initializers = new HashMap<>();
    private final Set<String> inputs = new HashSet<>();
    private final Set<String> constants = new HashSet<>();

    GraphIndex(GraphProtoOrBuilder graph) {
        nodes = graph.getNodeList();
        graph.getInitializerList().forEach(tensor -> initializers.put(tensor.getName(), tensor));
        graph.getInputList().forEach(input -> inputs.add(input.getName()));
        inputs.removeAll(initializers.keySet());
        constants.addAll(initializers.keySet());
        constants.add("");
        for (int i = 0; i < nodes.size(); i++) {
            NodeProto node = nodes.get(i);
            for (String output : node.getOutputList()) {
                // A nameless output is one that the node does not produce.
                if (!output.isEmpty()) {
                    producers.put(output, i);
                }
            }
            // Nodes come in topological order, so the inputs of a node are already classified.
            if (constants.containsAll(reads(node))) {
                constants.addAll(node.getOutputList());
            }
        }
    }

    /** Returns whether a tensor is the same in every run: an initializer, or computed only from those. */
    boolean isConstant(String tensor) {
        return constants.contains(tensor);
    }

    /** Returns the position in the graph of the node that produces a tensor; -1 for inputs and initializers. */
    int producerIndex(String tensor) {
        return producers.getOrDefault(tensor, -1);
    }

    /** Returns the node that produces a tensor. */
    @Nullable
    NodeProto producer(String tensor) {
        int index = producerIndex(tensor);
        return index < 0 ? null : nodes.get(index);
    }

    /** Returns the value of a tensor stored in the graph as an initializer or a {@code Constant} node. */
    @Nullable
    TensorProto value(String tensor) {
        TensorProto initializer = initializers.get(tensor);
        if (initializer != null) {
            return initializer;
        }
        NodeProto node = producer(tensor);
        if (node == null || !node.getOpType().equals("Constant")) {
            return null;
        }
        return node.getAttributeList().stream()
                .filter(attribute -> attribute.getName().equals("value"))
                .map(AttributeProto::getT)
                .findFirst()
                .orElse(null);
    }

    /** Returns the name of an input; empty if the node has fewer inputs or omits this one. */
    static String input(NodeProto node, int position) {
        return position >= 0 && position < node.getInputCount() ? node.getInput(position) : "";
    }

    /**
     * Returns a tensor that violates the order required by ONNX: every tensor is produced once, before it is read.
     * Without that order, walking back from the outputs may not terminate.
     */
    static Optional<String> outOfOrder(GraphProtoOrBuilder graph) {
        Set<String> later = new HashSet<>();
        for (int i = graph.getNodeCount() - 1; i >= 0; i--) {
            for (String output : graph.getNode(i).getOutputList()) {
                if (!output.isEmpty() && !later.add(output)) {
                    return Optional.of(output);
                }
            }
            Optional<String> early =
                    reads(graph.getNode(i)).stream().filter(later::contains).findFirst();
            if (early.isPresent()) {
                return early;
            }
        }
        return Optional.empty();
    }

    /** Returns everything that a node reads, including from within its subgraphs. */
    static Set<String> reads(NodeProto node) {
        Set<String> names = new LinkedHashSet<>(node.getInputList());
        for (AttributeProto attribute : node.getAttributeList()) {
            if (attribute.hasG()) {
                names.addAll(captured(attribute.getG()));
            }
            attribute.getGraphsList().forEach(graph -> names.addAll(captured(graph)));
        }
        return names;
    }

    private static Set<String> captured(GraphProto graph) {
        Set<String> names = new LinkedHashSet<>();
        graph.getNodeList().forEach(node -> names.addAll(reads(node)));
        graph.getOutputList().forEach(output -> names.add(output.getName()));
        graph.getNodeList().forEach(node -> names.removeAll(node.getOutputList()));
        graph.getInputList().forEach(input -> names.remove(input.getName()));
        graph.getInitializerList().forEach(tensor -> names.remove(tensor.getName()));
        return names;
    }

    /** Removes every node and initializer that no output depends on. */
    static void removeDead(GraphProto.Builder graph) {
        Set<String> needed = new HashSet<>();
        graph.getOutputList().forEach(output -> needed.add(output.getName()));
        Set<Integer> live = new HashSet<>();
        for (int i = graph.getNodeCount() - 1; i >= 0; i--) {
            NodeProto node = graph.getNode(i);
            if (node.getOutputList().stream().anyMatch(needed::contains)) {
                live.add(i);
                needed.addAll(reads(node));
            }
        }
        List<NodeProto> nodes = List.copyOf(graph.getNodeList());
        graph.clearNode();
        live.stream().sorted().forEach(i -> graph.addNode(nodes.get(i)));
        List<TensorProto> tensors = List.copyOf(graph.getInitializerList());
        graph.clearInitializer();
        tensors.stream().filter(tensor -> needed.contains(tensor.getName())).forEach(graph::addInitializer);
        // Inputs with a default value are also initializers; without it the caller would have to supply them.
        Set<String> values = new HashSet<>();
        tensors.forEach(tensor -> values.add(tensor.getName()));
        for (int i = graph.getInputCount() - 1; i >= 0; i--) {
            if (values.contains(graph.getInput(i).getName())) {
                graph.removeInput(i);
            }
        }
    }
}
