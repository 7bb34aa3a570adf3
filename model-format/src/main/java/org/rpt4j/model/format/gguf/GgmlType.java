package org.rpt4j.model.format.gguf;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.rpt4j.api.error.ModelFormatException;

/** The element types that are read: how many values share a block, and its bytes. */
enum GgmlType {
    F32(0, 1, 4),
    F16(1, 1, 2),
    Q4_0(2, 32, 18),
    Q4_1(3, 32, 20),
    Q5_0(6, 32, 22),
    Q5_1(7, 32, 24),
    Q8_0(8, 32, 34),
    Q2_K(10, 256, 84),
    Q3_K(11, 256, 110),
    Q4_K(12, 256, 144),
    Q5_K(13, 256, 176),
    Q6_K(14, 256, 210),
    BF16(30, 1, 2);

    /** The names of the others, for messages. */
    private static final Map<Long, String> OTHERS = Map.ofEntries(
            Map.entry(9L, "Q8_1"),
            Map.entry(15L, "Q8_K"),
            Map.entry(16L, "IQ2_XXS"),
            Map.entry(17L, "IQ2_XS"),
            Map.entry(18L, "IQ3_XXS"),
            Map.entry(19L, "IQ1_S"),
            Map.entry(20L, "IQ4_NL"),
            Map.entry(21L, "IQ3_S"),
            Map.entry(22L, "IQ2_S"),
            Map.entry(23L, "IQ4_XS"),
            Map.entry(24L, "I8"),
            Map.entry(25L, "I16"),
            Map.entry(26L, "I32"),
            Map.entry(27L, "I64"),
            Map.entry(28L, "F64"),
            Map.entry(29L, "IQ1_M"),
            Map.entry(34L, "TQ1_0"),
            Map.entry(35L, "TQ2_0"),
            Map.entry(39L, "MXFP4"),
            Map.entry(40L, "NVFP4"));

    private final long number;
    private final int blockValues;
    private final int blockBytes;

    GgmlType(long number, int blockValues, int blockBytes) {
        this.number = number;
        this.blockValues = blockValues;
        this.blockBytes = blockBytes;
    }

    /** Returns the values of a block. */
    int blockValues() {
        return blockValues;
    }

    /** Returns the bytes of a block. */
    int blockBytes() {
        return blockBytes;
    }

    /** Returns whether blocks have scales, so that the version of the quantisation matters. */
    boolean isQuantised() {
        return blockValues > 1;
    }

    /**
     * Finds a type by the number in the file.
     *
     * @param where the tensor, for the message
     * @throws ModelFormatException if it is not read
     */
    static GgmlType of(long number, String where) {
        for (GgmlType type : values()) {
            if (type.number == number) {
                return type;
            }
        }
        String name = OTHERS.get(number);
        throw new ModelFormatException(where + " has the type "
                + (name == null ? Long.toUnsignedString(number) + ", which is not known" : name + ", which is not read")
                + ". Supported: " + Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", "))
                + ". Use a file with other types, or the model's original checkpoint.");
    }
}
