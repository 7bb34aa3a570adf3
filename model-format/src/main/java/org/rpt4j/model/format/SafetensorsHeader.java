package org.rpt4j.model.format;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.ModelFormatException;

/**
 * The JSON header of a safetensors file, parsed as a stream and checked as the format requires: the tensors cover the
 * data from first to last byte, without overlaps or gaps.
 */
record SafetensorsHeader(Map<String, TensorInfo> tensors, Map<String, String> metadata) {

    static final String METADATA = "__metadata__";

    private static final int MAX_RANK = 64;
    private static final int MAX_TENSORS = 200_000;

    /** Bits per element of every dtype in the format. */
    private static final Map<String, Integer> BITS = Map.ofEntries(
            Map.entry("F4", 4),
            Map.entry("F6_E2M3", 6),
            Map.entry("F6_E3M2", 6),
            Map.entry("BOOL", 8),
            Map.entry("U8", 8),
            Map.entry("I8", 8),
            Map.entry("F8_E5M2", 8),
            Map.entry("F8_E4M3", 8),
            Map.entry("F8_E8M0", 8),
            Map.entry("I16", 16),
            Map.entry("U16", 16),
            Map.entry("F16", 16),
            Map.entry("BF16", 16),
            Map.entry("I32", 32),
            Map.entry("U32", 32),
            Map.entry("F32", 32),
            Map.entry("I64", 64),
            Map.entry("U64", 64),
            Map.entry("F64", 64),
            Map.entry("C64", 64));

    /**
     * Parses a header.
     *
     * @param file name for messages
     * @param json the header's bytes
     * @param dataLength number of bytes after the header
     */
    static SafetensorsHeader parse(String file, byte[] json, long dataLength) {
        if (json.length == 0 || json[0] != '{') {
            throw new ModelFormatException(file + ": the header does not begin with '{', as safetensors requires");
        }
        Map<String, TensorInfo> tensors = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        try (JsonParser parser = Json.parser(json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                if (name.equals(METADATA)) {
                    readMetadata(file, parser, metadata);
                } else {
                    tensors.put(name, readTensor(file, name, parser));
                }
                if (tensors.size() > MAX_TENSORS) {
                    throw new ModelFormatException(file + ": more than " + MAX_TENSORS + " tensors");
                }
            }
            Json.requireEnd(parser);
        } catch (IOException e) {
            throw new ModelFormatException(file + ": the header is not a JSON object: " + Json.reason(e), e);
        }
        requireTiling(file, tensors, dataLength);
        return new SafetensorsHeader(Collections.unmodifiableMap(tensors), Collections.unmodifiableMap(metadata));
    }

    private static void readMetadata(String file, JsonParser parser, Map<String, String> metadata) throws IOException {
        JsonToken value = parser.nextToken();
        if (value == JsonToken.VALUE_NULL) {
            return;
        }
        if (value != JsonToken.START_OBJECT) {
            throw new ModelFormatException(file + ": " + METADATA + " is not an object");
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            if (parser.nextToken() != JsonToken.VALUE_STRING) {
                throw new ModelFormatException(file + ": " + METADATA + " \"" + key + "\" is not a string");
            }
            metadata.put(key, parser.getText());
        }
    }

    private static TensorInfo readTensor(String file, String name, JsonParser parser) throws IOException {
        String where = file + ": tensor \"" + name + "\"";
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new ModelFormatException(where + " is not an object");
        }
        @Nullable String dtype = null;
        @Nullable List<Long> shape = null;
        @Nullable List<Long> offsets = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            switch (field) {
                case "dtype" -> dtype = readText(where, parser);
                case "shape" -> shape = readNumbers(where + ": shape", parser, MAX_RANK);
                case "data_offsets" -> offsets = readNumbers(where + ": data_offsets", parser, 2);
                default -> parser.skipChildren(); // a later version may say more
            }
        }
        if (dtype == null || shape == null || offsets == null || offsets.size() != 2) {
            throw new ModelFormatException(where + " has dtype " + dtype + ", shape " + shape + ", data_offsets "
                    + offsets + "; expected all three, with two offsets");
        }
        TensorInfo tensor = new TensorInfo(name, dtype, shape, offsets.get(0), offsets.get(1));
        requireLength(where, tensor);
        return tensor;
    }

    private static String readText(String where, JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw new ModelFormatException(where + ": dtype is not a string");
        }
        return parser.getText();
    }

    private static List<Long> readNumbers(String where, JsonParser parser, int most) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw new ModelFormatException(where + " is not a list");
        }
        List<Long> numbers = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            boolean fits = parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                    && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER
                    && parser.getLongValue() >= 0;
            if (!fits) {
                throw new ModelFormatException(
                        where + " holds " + parser.getText() + ", expected whole numbers from 0 to 2^63-1");
            }
            numbers.add(parser.getLongValue());
            if (numbers.size() > most) {
                throw new ModelFormatException(where + " holds more than " + most + " numbers");
            }
        }
        return numbers;
    }

    private static void requireLength(String where, TensorInfo tensor) {
        Integer bits = BITS.get(tensor.dtype());
        if (bits == null) {
            throw new ModelFormatException(where + " has the unknown dtype \"" + tensor.dtype() + "\"");
        }
        String shape = tensor.dtype() + tensor.shape();
        long expectedBits;
        try {
            expectedBits = Math.multiplyExact(tensor.size(), bits.longValue());
        } catch (ArithmeticException e) {
            throw new ModelFormatException(where + ": " + shape + " is larger than any file", e);
        }
        long found = tensor.end() - tensor.begin();
        if (found < 0 || expectedBits % Byte.SIZE != 0 || expectedBits / Byte.SIZE != found) {
            throw new ModelFormatException(where + ": data_offsets [" + tensor.begin() + ", " + tensor.end()
                    + "] hold " + found + " bytes, expected " + (expectedBits + Byte.SIZE - 1) / Byte.SIZE + " for "
                    + shape);
        }
    }

    private static void requireTiling(String file, Map<String, TensorInfo> tensors, long dataLength) {
        List<TensorInfo> inOrder = tensors.values().stream()
                .sorted(Comparator.comparingLong(TensorInfo::begin).thenComparingLong(TensorInfo::end))
                .toList();
        long covered = 0;
        for (TensorInfo tensor : inOrder) {
            String where =
                    file + ": tensor \"" + tensor.name() + "\" at [" + tensor.begin() + ", " + tensor.end() + "]";
            if (tensor.end() > dataLength) {
                throw new ModelFormatException(where + " ends after the end of the file, which has " + dataLength
                        + " bytes of data. The file is truncated or damaged.");
            }
            if (tensor.begin() < covered) {
                throw new ModelFormatException(where + " overlaps the previous tensor, which ends at " + covered);
            }
            if (tensor.begin() > covered) {
                throw new ModelFormatException(
                        where + " leaves a gap: the previous tensor ends at " + covered + ", expected no gaps");
            }
            covered = tensor.end();
        }
        if (covered != dataLength) {
            throw new ModelFormatException(file + ": the tensors end at byte " + covered + " of the data, but "
                    + dataLength + " bytes follow the header");
        }
    }
}
