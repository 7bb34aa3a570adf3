package org.rpt4j.backend.onnx.proto;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.List;

/**
 * Appends nodes to a graph and names their outputs. All generated names share a prefix, so that they do not collide
 * with names of the extended graph. Not thread-safe.
 */
public final class GraphBuilder {

    /** The domain of the operators that only ONNX Runtime has. */
    public static final String CONTRIB = "com.microsoft";

    private final GraphProto.Builder graph;
    private final String prefix;
    private int made;

    /** Extends a graph. */
    public GraphBuilder(GraphProto.Builder graph, String prefix) {
        this.graph = graph;
        this.prefix = prefix;
    }

    /** Starts a new graph. */
    public GraphBuilder(String name) {
        this(GraphProto.newBuilder().setName(name), name + "/");
    }

    /** Returns the graph built so far. */
    public GraphProto.Builder graph() {
        return graph;
    }

    /** Adds a node of the ONNX operator set with one output, and returns the name of the output. */
    public String add(String operator, List<String> inputs, AttributeProto... attributes) {
        return add("", operator, inputs, 1, attributes).get(0);
    }

    /** Adds a node of ONNX Runtime's own operators with one output, and returns the name of the output. */
    public String addContrib(String operator, List<String> inputs, AttributeProto... attributes) {
        return add(CONTRIB, operator, inputs, 1, attributes).get(0);
    }

    /** Adds a node and returns the names of its outputs; an empty input name omits an optional input. */
    public List<String> add(
            String domain, String operator, List<String> inputs, int outputs, AttributeProto... attributes) {
        String name = fresh(operator);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < outputs; i++) {
            names.add(outputs == 1 ? name : name + ":" + i);
        }
        addNamed(domain, operator, inputs, names, attributes);
        return names;
    }

    /** Adds a node with given output names. */
    public void addNamed(
            String domain, String operator, List<String> inputs, List<String> outputs, AttributeProto... attributes) {
        graph.addNode(NodeProto.newBuilder()
                .setName(fresh(operator) + "/node")
                .setDomain(domain)
                .setOpType(operator)
                .addAllInput(inputs)
                .addAllOutput(outputs)
                .addAllAttribute(List.of(attributes)));
    }

    /** A constant of integers, [n]. */
    public String vector(long... values) {
        return constant(Tensors.vector(fresh("const"), values));
    }

    /** A constant of floating-point numbers, [n]. */
    public String vector(float... values) {
        return constant(Tensors.vector(fresh("const"), values));
    }

    /** A constant integer scalar. */
    public String scalar(long value) {
        return constant(Tensors.scalar(fresh("const"), value));
    }

    /** A constant floating-point scalar. */
    public String scalar(float value) {
        return constant(Tensors.scalar(fresh("const"), value));
    }

    /** Adds a constant under its own name and returns the name. */
    public String constant(TensorProto tensor) {
        graph.addInitializer(tensor);
        return tensor.getName();
    }

    /** Converts to another element type. */
    public String cast(String input, TensorProto.DataType type) {
        return add("Cast", List.of(input), Attributes.of("to", type.getNumber()));
    }

    /** Declares an input; dimensions are {@code Long} or, for a free one, its name as {@code String}. */
    public String input(String name, int elementType, Object... dimensions) {
        graph.addInput(value(name, elementType, dimensions));
        return name;
    }

    /** Declares an output. */
    public void output(String name, int elementType, Object... dimensions) {
        graph.addOutput(value(name, elementType, dimensions));
    }

    private static ValueInfoProto value(String name, int elementType, Object... dimensions) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (Object dimension : dimensions) {
            if (dimension instanceof String free) {
                shape.addDimBuilder().setDimParam(free);
            } else {
                shape.addDimBuilder().setDimValue(((Number) dimension).longValue());
            }
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(elementType)
                                .setShape(shape)))
                .build();
    }

    private String fresh(String what) {
        return prefix + what + "_" + made++;
    }
}
