package org.rpt4j.model.format;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.api.error.StorageException;

/**
 * Writes safetensors files, tensor by tensor through a fixed-size buffer. Stateless.
 *
 * @since 0.1.0
 */
public final class SafetensorsWriter {

    private static final int CHUNK = 1 << 16;

    private SafetensorsWriter() {}

    /**
     * A tensor to write.
     *
     * @param name unique name
     * @param dtype format in the file
     * @param shape dimensions; empty for a scalar
     * @param data called once, when the tensor is written; returns its values in row-major order between position and
     *     limit, which stay unchanged
     */
    public record Entry(String name, DType dtype, List<Integer> shape, Supplier<FloatBuffer> data) {

        public Entry {
            shape = List.copyOf(shape);
            if (name.equals(SafetensorsHeader.METADATA)) {
                throw new IllegalArgumentException("name is " + name + ", which the format reserves");
            }
            if (shape.stream().anyMatch(d -> d < 0)) {
                throw new IllegalArgumentException("shape of \"" + name + "\" is " + shape + ", must not be negative");
            }
        }

        /** Returns the number of elements. */
        long size() {
            return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
        }

        /** Returns the length in the file. */
        long bytes() {
            return Math.multiplyExact(size(), (long) dtype.bytes());
        }
    }

    /**
     * Writes a file in the order of the entries and atomically replaces the old one.
     *
     * @param metadata strings for the header, such as {@code format=pt}; may be empty
     * @throws CheckpointException if it cannot be written, or a value is too large for its format; the old file is left
     *     unchanged
     * @throws IllegalArgumentException if two entries share a name, or the size of the data does not match its shape
     */
    public static void write(Path file, List<Entry> entries, Map<String, String> metadata) {
        try {
            AtomicFiles.replace(file, out -> write(out, entries, metadata));
        } catch (StorageException e) {
            throw new CheckpointException(e.getMessage(), e);
        }
    }

    static void write(OutputStream out, List<Entry> entries, Map<String, String> metadata) throws IOException {
        byte[] header = header(entries, metadata);
        out.write(littleEndian(Long.BYTES).putLong(header.length).array());
        out.write(header);
        ByteBuffer chunk = littleEndian(CHUNK * Float.BYTES);
        for (Entry entry : entries) {
            writeData(entry, out, chunk);
        }
    }

    private static byte[] header(List<Entry> entries, Map<String, String> metadata) {
        ObjectNode header = Json.MAPPER.createObjectNode();
        if (!metadata.isEmpty()) {
            ObjectNode node = header.putObject(SafetensorsHeader.METADATA);
            metadata.forEach(node::put);
        }
        Set<String> names = new HashSet<>();
        long offset = 0;
        for (Entry entry : entries) {
            if (!names.add(entry.name())) {
                throw new IllegalArgumentException("two entries have the name \"" + entry.name() + "\"");
            }
            ObjectNode node =
                    header.putObject(entry.name()).put("dtype", entry.dtype().name());
            ArrayNode shape = node.putArray("shape");
            entry.shape().forEach(shape::add);
            long end = Math.addExact(offset, entry.bytes());
            node.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        byte[] json = Json.bytes(header);
        byte[] padded = Arrays.copyOf(json, (json.length + Long.BYTES - 1) / Long.BYTES * Long.BYTES);
        Arrays.fill(padded, json.length, padded.length, (byte) ' ');
        if (padded.length > SafetensorsFile.MAX_HEADER) {
            throw new IllegalArgumentException("the header has " + padded.length + " bytes; the format allows at most "
                    + SafetensorsFile.MAX_HEADER);
        }
        return padded;
    }

    private static void writeData(Entry entry, OutputStream out, ByteBuffer chunk) throws IOException {
        FloatBuffer values = entry.data().get().duplicate();
        if (values.remaining() != entry.size()) {
            throw new IllegalArgumentException("tensor \"" + entry.name() + "\" has " + values.remaining()
                    + " values; its shape " + entry.shape() + " has " + entry.size());
        }
        int limit = values.limit();
        while (values.position() < limit) {
            values.limit(values.position() + Math.min(CHUNK, limit - values.position()));
            chunk.clear();
            try {
                entry.dtype().encode(values, chunk);
            } catch (ArithmeticException e) {
                throw new CheckpointException(
                        "cannot write tensor \"" + entry.name() + "\": " + e.getMessage() + ". Save as F32.", e);
            }
            out.write(chunk.array(), 0, chunk.position());
        }
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
