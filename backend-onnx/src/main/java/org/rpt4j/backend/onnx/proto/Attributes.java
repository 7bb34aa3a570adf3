package org.rpt4j.backend.onnx.proto;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;

/** Creates and reads the attributes of nodes. Stateless. */
public final class Attributes {

    private Attributes() {}

    public static AttributeProto of(String name, long value) {
        return typed(name, AttributeProto.AttributeType.INT).setI(value).build();
    }

    public static AttributeProto of(String name, float value) {
        return typed(name, AttributeProto.AttributeType.FLOAT).setF(value).build();
    }

    public static AttributeProto of(String name, String value) {
        return typed(name, AttributeProto.AttributeType.STRING)
                .setS(ByteString.copyFromUtf8(value))
                .build();
    }

    public static AttributeProto of(String name, GraphProto value) {
        return typed(name, AttributeProto.AttributeType.GRAPH).setG(value).build();
    }

    public static AttributeProto of(String name, TensorProto value) {
        return typed(name, AttributeProto.AttributeType.TENSOR).setT(value).build();
    }

    private static AttributeProto.Builder typed(String name, AttributeProto.AttributeType type) {
        return AttributeProto.newBuilder().setName(name).setType(type);
    }

    /** Returns the integer attribute of a node, or the default if it is absent. */
    public static long integer(NodeProto node, String name, long absent) {
        return node.getAttributeList().stream()
                .filter(attribute -> attribute.getName().equals(name))
                .mapToLong(AttributeProto::getI)
                .findFirst()
                .orElse(absent);
    }
}
