package org.rpt4j.testdata;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes GGUF files, version 3, as the specification describes them; whatever is put into them. */
public final class GgufWriter {

    /** A tensor; its shape begins with the outermost dimension. */
    private record Tensor(String name, int type, List<Integer> shape, List<byte[]> data) {}

    private static final int ALIGNMENT = 32;

    private final ByteArrayOutputStream metadata = new ByteArrayOutputStream();
    private final List<Tensor> tensors = new ArrayList<>();
    private int keys;

    /**
     * Adds a key.
     *
     * @param value a text, {@code Integer} (uint32), {@code Long} (uint64), {@code Float}, {@code Double}, {@code Boolean}, a
     *     list of texts, {@code int[]} (int32) or {@code float[]}
     */
    public GgufWriter put(String key, Object value) {
        keys++;
        text(metadata, key);
        if (value instanceof List<?> texts) {
            array(8, texts.size());
            texts.forEach(text -> text(metadata, (String) text));
        } else if (value instanceof int[] numbers) {
            array(5, numbers.length);
            for (int number : numbers) {
                number(metadata, number, Integer.BYTES);
            }
        } else if (value instanceof float[] numbers) {
            array(6, numbers.length);
            for (float number : numbers) {
                number(metadata, Float.floatToRawIntBits(number), Float.BYTES);
            }
        } else {
            scalar(value);
        }
        return this;
    }

    private void array(int type, int length) {
        number(metadata, 9, Integer.BYTES);
        number(metadata, type, Integer.BYTES);
        number(metadata, length, Long.BYTES);
    }

    private void scalar(Object value) {
        if (value instanceof String text) {
            number(metadata, 8, Integer.BYTES);
            text(metadata, text);
        } else if (value instanceof Integer number) {
            number(metadata, 4, Integer.BYTES);
            number(metadata, number, Integer.BYTES);
        } else if (value instanceof Long number) {
            number(metadata, 10, Integer.BYTES);
            number(metadata, number, Long.BYTES);
        } else if (value instanceof Float number) {
            number(metadata, 6, Integer.BYTES);
            number(metadata, Float.floatToRawIntBits(number), Float.BYTES);
        } else if (value instanceof Double number) {
            number(metadata, 12, Integer.BYTES);
            number(metadata, Double.doubleToRawLongBits(number), Double.BYTES);
        } else if (value instanceof Boolean flag) {
            number(metadata, 7, Integer.BYTES);
            metadata.write(flag ? 1 : 0);
        } else {
            throw new IllegalArgumentException("no type for " + value);
        }
    }

    /** Adds a key with a type and bytes that may be wrong. */
    public GgufWriter putRaw(String key, int type, byte... value) {
        keys++;
        text(metadata, key);
        number(metadata, type, Integer.BYTES);
        metadata.writeBytes(value);
        return this;
    }

    /**
     * Adds a tensor.
     *
     * @param type number of the element type
     * @param shape from the outermost dimension
     */
    public GgufWriter tensor(String name, int type, List<Integer> shape, byte[] data) {
        tensors.add(new Tensor(name, type, shape, List.of(data)));
        return this;
    }

    /** Adds a tensor of float32. */
    public GgufWriter tensor(String name, List<Integer> shape, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return tensor(name, 0, shape, bytes.array());
    }

    /** Returns the file. */
    public byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
        number(out, 3, Integer.BYTES);
        number(out, tensors.size(), Long.BYTES);
        number(out, keys, Long.BYTES);
        out.writeBytes(metadata.toByteArray());
        long offset = 0;
        for (Tensor tensor : tensors) {
            text(out, tensor.name());
            number(out, tensor.shape().size(), Integer.BYTES);
            for (int i = tensor.shape().size() - 1; i >= 0; i--) {
                number(out, tensor.shape().get(i), Long.BYTES);
            }
            number(out, tensor.type(), Integer.BYTES);
            number(out, offset, Long.BYTES);
            offset += aligned(tensor.data().get(0).length);
        }
        pad(out);
        for (Tensor tensor : tensors) {
            out.writeBytes(tensor.data().get(0));
            pad(out);
        }
        return out.toByteArray();
    }

    /** Writes the file and returns its path. */
    public Path write(Path file) throws IOException {
        return Files.write(file, bytes());
    }

    private static void pad(ByteArrayOutputStream out) {
        out.writeBytes(new byte[(int) (aligned(out.size()) - out.size())]);
    }

    private static long aligned(long length) {
        return (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        number(out, utf8.length, Long.BYTES);
        out.writeBytes(utf8);
    }

    private static void number(ByteArrayOutputStream out, long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.write((int) (value >> 8 * i));
        }
    }
}
