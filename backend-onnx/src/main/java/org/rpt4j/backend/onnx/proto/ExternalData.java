package org.rpt4j.backend.onnx.proto;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.List;
import java.util.Optional;

/** Tensors whose values are stored in a file beside the graph. Stateless. */
public final class ExternalData {

    /** Alignment of every tensor, so that it can be memory-mapped. */
    public static final int ALIGNMENT = 4096;

    private static final String LOCATION = "location";

    private ExternalData() {}

    /** Creates a tensor stored at {@code offset} of the file {@code location} in the directory of the graph. */
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

    /** Returns whether the values of a tensor are in a file. */
    public static boolean isExternal(TensorProto tensor) {
        return tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
    }

    /** Returns the file of a tensor as named by the graph. */
    public static Optional<String> location(TensorProto tensor) {
        return value(tensor, LOCATION);
    }

    /** Returns where a tensor begins in its file. */
    public static Optional<String> offset(TensorProto tensor) {
        return value(tensor, "offset");
    }

    /** Returns how many bytes a tensor takes in its file. */
    public static Optional<String> length(TensorProto tensor) {
        return value(tensor, "length");
    }

    /** Returns the tensor with another file name. */
    public static TensorProto moved(TensorProto tensor, String location) {
        TensorProto.Builder moved = tensor.toBuilder();
        for (StringStringEntryProto.Builder entry : moved.getExternalDataBuilderList()) {
            if (entry.getKey().equals(LOCATION)) {
                entry.setValue(location);
            }
        }
        return moved.build();
    }

    /** Returns the first multiple of {@link #ALIGNMENT} that is not below a length. */
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
