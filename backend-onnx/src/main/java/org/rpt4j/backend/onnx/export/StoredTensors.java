package org.rpt4j.backend.onnx.export;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.HashMap;
import java.util.Map;
import org.rpt4j.backend.onnx.proto.ExternalData;
import org.rpt4j.backend.onnx.proto.ModelFile;
import org.rpt4j.backend.onnx.proto.Tensors;
import org.rpt4j.model.format.PlainFiles;

/** Reads the weights of a model piece by piece, wherever they are stored. Not thread-safe. */
final class StoredTensors implements AutoCloseable {

    /** Receives the rows of a matrix. */
    @FunctionalInterface
    interface RowConsumer {
        /** Receives a row; the array is reused. */
        void accept(float[] row) throws IOException;
    }

    private static final int BUFFER = 1 << 20;

    private final ModelFile model;
    private final Map<String, FileChannel> channels = new HashMap<>();

    StoredTensors(ModelFile model) {
        this.model = model;
    }

    /** Passes every row of a matrix of floats to a consumer, in order. */
    void rows(TensorProto matrix, RowConsumer consumer) throws IOException {
        int width = Math.toIntExact(matrix.getDims(1));
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.multiplyExact(Float.BYTES, width)).order(ByteOrder.LITTLE_ENDIAN);
        float[] row = new float[width];
        for (long r = 0; r < matrix.getDims(0); r++) {
            read(matrix, r * bytes.capacity(), bytes.clear());
            bytes.flip().asFloatBuffer().get(row);
            consumer.accept(row);
        }
    }

    /** Copies the bytes of a tensor. */
    void copy(TensorProto tensor, OutputStream out) throws IOException {
        long length = length(tensor);
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(BUFFER, length));
        for (long at = 0; at < length; at += bytes.limit()) {
            bytes.clear().limit((int) Math.min(bytes.capacity(), length - at));
            read(tensor, at, bytes);
            out.write(bytes.array(), 0, bytes.limit());
        }
    }

    /** Returns the bytes of a tensor. */
    static long length(TensorProto tensor) {
        if (!ExternalData.isExternal(tensor)) {
            return tensor.getRawData().size();
        }
        return ExternalData.length(tensor)
                .map(Long::parseLong)
                .orElseGet(() -> tensor.getDimsList().stream()
                        .reduce((long) Tensors.elementBytes(tensor.getDataType()), Math::multiplyExact));
    }

    private void read(TensorProto tensor, long from, ByteBuffer target) throws IOException {
        if (!ExternalData.isExternal(tensor)) {
            tensor.getRawData()
                    .substring((int) from, (int) from + target.remaining())
                    .copyTo(target);
            return;
        }
        long position = Long.parseLong(ExternalData.offset(tensor).orElse("0")) + from;
        FileChannel channel = channel(ExternalData.location(tensor).orElseThrow());
        while (target.hasRemaining()) {
            int count = channel.read(target, position);
            if (count < 0) {
                throw new EOFException("the weights of " + model.file() + " end at byte " + position);
            }
            position += count;
        }
    }

    private FileChannel channel(String location) throws IOException {
        FileChannel channel = channels.get(location);
        if (channel == null) {
            channel = PlainFiles.openChannel(model.directory().orElseThrow().resolve(location));
            channels.put(location, channel);
        }
        return channel;
    }

    @Override
    public void close() throws IOException {
        for (FileChannel channel : channels.values()) {
            channel.close();
        }
    }
}
