package org.rpt4j.model.format.gguf;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.api.error.Printable;
import org.rpt4j.model.format.TensorInfo;

/** Parses what is in front of the weights: version, metadata, and the name, type, shape and place of every tensor. */
final class GgufHeader {

    /** "GGUF" as a little-endian number. */
    static final int MAGIC = 0x46554747;

    private static final String ALIGNMENT = "general.alignment";

    // Far above any real file, and low enough to bound what a hostile one can make a reader keep.
    private static final int MAX_KEYS = 1 << 16;
    private static final int MAX_TENSORS = 1 << 18;
    private static final int MAX_ITEMS = 1 << 23;
    private static final int MAX_NAME = 1 << 10;
    private static final long MAX_BYTES = 128L << 20;
    private static final int MAX_ALIGNMENT = 1 << 20;
    private static final int MAX_DIMENSIONS = 4;

    private final String file;
    private final GgufInput in;
    private final boolean texts;
    private int items;
    private int alignment = 32;

    private GgufHeader(String file, GgufInput in, boolean texts) {
        this.file = file;
        this.in = in;
        this.texts = texts;
    }

    /** What a header says; places of tensors are relative to {@code dataStart}. */
    record Content(GgufMetadata metadata, Map<String, TensorInfo> tensors, long dataStart) {}

    /** @param texts whether to keep arrays of texts, which only tokenizers have; their length is kept in any case */
    static Content read(String file, GgufInput in, boolean texts) throws IOException {
        return new GgufHeader(file, in, texts).read();
    }

    private Content read() throws IOException {
        if (in.i32("the magic number") != MAGIC) {
            throw new ModelFormatException(file + " does not begin with \"GGUF\": it is not a GGUF file");
        }
        requireVersion(in.i32("the version"));
        long tensorCount = in.i64("the number of tensors");
        int keyCount = in.count(in.i64("the number of keys"), 13, MAX_KEYS, "the metadata");
        Map<String, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < keyCount; i++) {
            String key = name("key " + i);
            Object value = value("the value of " + key, in.i32("the type of " + key), true);
            if (values.put(key, value) != null) {
                throw new ModelFormatException(file + ": the key " + key + " is there twice");
            }
            requireShort();
        }
        GgufMetadata metadata = new GgufMetadata(file, Collections.unmodifiableMap(values));
        alignment = alignment(metadata);
        Map<String, TensorInfo> tensors = tensors(tensorCount);
        long dataStart = aligned(in.position());
        requireWithin(tensors, Math.max(0, in.length() - dataStart));
        return new Content(metadata, tensors, dataStart);
    }

    private void requireVersion(int version) {
        if (version == Integer.reverseBytes(2) || version == Integer.reverseBytes(3)) {
            throw new ModelFormatException(file + " is big-endian; only little-endian GGUF files are read");
        }
        if (version != 2 && version != 3) {
            throw new ModelFormatException(file + " is GGUF version " + Integer.toUnsignedString(version)
                    + ". Supported: 2 and 3. Convert the model again.");
        }
    }

    private void requireShort() {
        if (in.position() > MAX_BYTES) {
            throw new ModelFormatException(
                    file + ": the metadata has more than " + MAX_BYTES + " bytes, which no model needs");
        }
    }

    private String name(String what) throws IOException {
        String name = in.text(what);
        if (name.isEmpty() || name.length() > MAX_NAME) {
            throw new ModelFormatException(
                    file + ": " + what + " has a name of " + name.length() + " characters, expected 1 to " + MAX_NAME);
        }
        if (name.chars().anyMatch(c -> Printable.isObeyed((char) c))) {
            throw new ModelFormatException(
                    file + ": " + what + " has the name " + GgufMetadata.quoted(name) + ", which is not printable");
        }
        return name;
    }

    private Object value(String what, int type, boolean arrays) throws IOException {
        return switch (type) {
            case 0 -> (long) in.u8(what);
            case 1 -> (long) (byte) in.u8(what);
            case 2 -> in.i16(what) & 0xffffL;
            case 3 -> (long) in.i16(what);
            case 4 -> in.u32(what);
            case 5 -> (long) in.i32(what);
            case 6 -> in.f32(what);
            case 7 -> flag(what);
            case 8 -> in.text(what);
            case 9 -> {
                if (!arrays) {
                    throw new ModelFormatException(file + ": " + what + " is an array of arrays, which is not read");
                }
                yield array(what);
            }
            case 10, 11 -> in.i64(what);
            case 12 -> in.f64(what);
            default ->
                throw new ModelFormatException(
                        file + ": " + what + " has the type " + Integer.toUnsignedString(type) + ", expected 0 to 12");
        };
    }

    private boolean flag(String what) throws IOException {
        int flag = in.u8(what);
        if (flag > 1) {
            throw new ModelFormatException(file + ": " + what + " is the flag " + flag + ", expected 0 or 1");
        }
        return flag == 1;
    }

    private Object array(String what) throws IOException {
        int type = in.i32(what);
        int count = in.count(in.i64(what), leastBytes(type), MAX_ITEMS - items, what);
        items += count;
        if (type == 8) {
            return texts(what, count);
        }
        if (type == 6 || type == 12) {
            float[] numbers = new float[count];
            for (int i = 0; i < count; i++) {
                numbers[i] = type == 6 ? in.f32(what) : (float) in.f64(what);
            }
            return numbers;
        }
        long[] numbers = new long[count];
        for (int i = 0; i < count; i++) {
            Object value = value(what, type, false);
            numbers[i] = value instanceof Boolean flag ? (flag ? 1 : 0) : (Long) value;
        }
        return numbers;
    }

    private Object texts(String what, int count) throws IOException {
        List<String> kept = new ArrayList<>(texts ? count : 0);
        for (int i = 0; i < count; i++) {
            if (texts) {
                kept.add(in.text(what));
            } else {
                in.skipText(what);
            }
            requireShort();
        }
        return texts ? Collections.unmodifiableList(kept) : new GgufMetadata.Skipped(count);
    }

    private static int leastBytes(int type) {
        return switch (type) {
            case 0, 1, 7 -> Byte.BYTES;
            case 2, 3 -> Short.BYTES;
            case 4, 5, 6 -> Integer.BYTES;
            default -> Long.BYTES;
        };
    }

    private int alignment(GgufMetadata metadata) {
        int found = metadata.countOr(ALIGNMENT, alignment);
        if (found < 8 || found > MAX_ALIGNMENT || Integer.bitCount(found) != 1) {
            throw metadata.unexpected(ALIGNMENT, "a power of two from 8 to " + MAX_ALIGNMENT);
        }
        return found;
    }

    private Map<String, TensorInfo> tensors(long found) throws IOException {
        int count = in.count(found, 33, MAX_TENSORS, "the list of tensors");
        Map<String, TensorInfo> tensors = new LinkedHashMap<>();
        long expected = 0;
        for (int i = 0; i < count; i++) {
            TensorInfo tensor = tensor(name("tensor " + i), expected);
            if (tensors.put(tensor.name(), tensor) != null) {
                throw new ModelFormatException(file + ": the tensor \"" + tensor.name() + "\" is there twice");
            }
            expected = aligned(tensor.end());
        }
        return tensors;
    }

    private TensorInfo tensor(String name, long expected) throws IOException {
        String where = file + ": tensor \"" + name + "\"";
        long dimensions = in.u32("the dimensions of " + name);
        if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
            throw new ModelFormatException(
                    where + " has " + dimensions + " dimensions, expected 1 to " + MAX_DIMENSIONS);
        }
        Long[] shape = new Long[(int) dimensions];
        for (int i = shape.length - 1; i >= 0; i--) {
            shape[i] = in.i64("the shape of " + name); // the file begins with the innermost
        }
        GgmlType type = GgmlType.of(in.u32("the type of " + name), where);
        long begin = in.i64("the offset of " + name);
        long end;
        try {
            end = Math.addExact(expected, bytes(where, type, Arrays.asList(shape)));
            aligned(end);
        } catch (ArithmeticException e) {
            throw new ModelFormatException(
                    where + ": " + type + Arrays.toString(shape) + " is larger than any file", e);
        }
        if (begin != expected) {
            throw new ModelFormatException(where + " is at offset " + Long.toUnsignedString(begin) + ", expected "
                    + expected + ": tensors follow each other without overlaps and gaps, aligned to " + alignment
                    + " bytes");
        }
        return new TensorInfo(name, type.name(), List.of(shape), expected, end);
    }

    private static long bytes(String where, GgmlType type, List<Long> shape) {
        long values = 1;
        for (long dimension : shape) {
            if (dimension < 1) {
                throw new ModelFormatException(where + " has the shape " + shape + ", expected dimensions above 0");
            }
            values = Math.multiplyExact(values, dimension);
        }
        long row = shape.get(shape.size() - 1);
        if (row % type.blockValues() != 0) {
            throw new ModelFormatException(where + " has rows of " + row + " values, expected a multiple of "
                    + type.blockValues() + ", the block of " + type);
        }
        return Math.multiplyExact(values / type.blockValues(), (long) type.blockBytes());
    }

    private void requireWithin(Map<String, TensorInfo> tensors, long dataLength) {
        for (TensorInfo tensor : tensors.values()) {
            if (tensor.end() > dataLength) {
                throw new ModelFormatException(file + ": tensor \"" + tensor.name() + "\" at [" + tensor.begin() + ", "
                        + tensor.end() + "] ends after the end of the file, which has " + dataLength
                        + " bytes of weights. The file is truncated or damaged.");
            }
        }
    }

    private long aligned(long position) {
        return Math.addExact(position, alignment - 1) & -alignment;
    }
}
