package org.rpt4j.backend.onnx.proto;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/** Creates small tensors that are stored inside the graph. Stateless. */
public final class Tensors {

    private Tensors() {}

    /** Integers, [n]. */
    public static TensorProto vector(String name, long... values) {
        return integers(name, values).addDims(values.length).build();
    }

    /** Floating-point numbers, [n]. */
    public static TensorProto vector(String name, float... values) {
        return tensor(name, DataType.FLOAT, Float.BYTES * values.length, bytes -> {
                    for (float value : values) {
                        bytes.putFloat(value);
                    }
                })
                .addDims(values.length)
                .build();
    }

    /** An integer scalar. */
    public static TensorProto scalar(String name, long value) {
        return integers(name, value).build();
    }

    /** A floating-point scalar. */
    public static TensorProto scalar(String name, float value) {
        return tensor(name, DataType.FLOAT, Float.BYTES, bytes -> bytes.putFloat(value))
                .build();
    }

    /** A boolean scalar. */
    public static TensorProto scalar(String name, boolean value) {
        return tensor(name, DataType.BOOL, 1, bytes -> bytes.put((byte) (value ? 1 : 0)))
                .build();
    }

    /** A single zero of a type, [1], for {@code ConstantOfShape}. */
    public static TensorProto zero(int dataType) {
        return TensorProto.newBuilder()
                .setDataType(dataType)
                .addDims(1)
                .setRawData(ByteString.copyFrom(new byte[elementBytes(dataType)]))
                .build();
    }

    private static TensorProto.Builder integers(String name, long... values) {
        return tensor(name, DataType.INT64, Long.BYTES * values.length, bytes -> {
            for (long value : values) {
                bytes.putLong(value);
            }
        });
    }

    private static TensorProto.Builder tensor(String name, DataType type, int bytes, Consumer<ByteBuffer> content) {
        ByteBuffer raw = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        content.accept(raw);
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(type.getNumber())
                .setRawData(ByteString.copyFrom(raw.flip()));
    }

    /** Returns the bytes per element of a type of whole bytes. */
    public static int elementBytes(int dataType) {
        return switch (dataType) {
            case DataType.FLOAT_VALUE, DataType.INT32_VALUE, DataType.UINT32_VALUE -> 4;
            case DataType.FLOAT16_VALUE, DataType.BFLOAT16_VALUE, DataType.INT16_VALUE, DataType.UINT16_VALUE -> 2;
            case DataType.DOUBLE_VALUE, DataType.INT64_VALUE, DataType.UINT64_VALUE -> 8;
            default -> 1;
        };
    }
}
