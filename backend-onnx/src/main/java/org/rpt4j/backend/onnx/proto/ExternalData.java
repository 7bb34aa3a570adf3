package org.rpt4j.backend.onnx.proto;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.List;
import java.util.Optional;

/** Tensors whose values lie in a file beside the graph. Stateless. */
public final class ExternalData {

    /** What the start of every tensor is a multiple of, so that it can be mapped into memory. */
    public static final int ALIGNMENT = 4096;

    private static final String LOCATION = "location";

    private ExternalData() {}

    /** A tensor that lies at {@code offset} of the file {@code location} in the directory of the graph. */
    public static TensorProto tensor(
            String name, TensorProto.DataType type, List<Long> shape, String location, long offset, long bytes) {
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(type.getNumber())
                .addAllDims(shape)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(entry(LOCATION, location))
                .addExternalData(entry("offset", Long.toString(offset)))
                .addExternalData(entry("length", Long.toString(bytes)))
                .build();
    }

    /** Whether the values of a tensor are in a file. */
    public static boolean isExternal(TensorProto tensor) {
        return tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
    }

    /** The file of a tensor as the graph names it. */
    public static Optional<String> location(TensorProto tensor) {
        return value(tensor, LOCATION);
    }

    /** Where a tensor begins in its file. */
    public static Optional<String> offset(TensorProto tensor) {
        return value(tensor, "offset");
    }

    /** How many bytes a tensor takes in its file. */
    public static Optional<String> length(TensorProto tensor) {
        return value(tensor, "length");
    }

    /** The tensor in a file of another name. */
    public static TensorProto moved(TensorProto tensor, String location) {
        TensorProto.Builder moved = tensor.toBuilder();
        for (StringStringEntryProto.Builder entry : moved.getExternalDataBuilderList()) {
            if (entry.getKey().equals(LOCATION)) {
                entry.setValue(location);
            }
        }
        return moved.build();
    }

    /** The first multiple of {@link #ALIGNMENT} that is not below a length. */
    public static long aligned(long length) {
        return (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private static Optional<String> value(TensorProto tensor, String key) {
        return tensor.getExternalDataList().stream()
                .filter(entry -> entry.getKey().equals(key))
                .map(StringStringEntryProto::getValue)
                .findFirst();
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }
}
