package org.rpt4j.model.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.api.error.RptException;

/**
 * Typed access to the fields of a JSON object that may be hostile. Every field that is asked for must be there, of its
 * type and within its range; anything else, {@code null} included, is refused with an error that names the file and the
 * path of the field. Refused as a whole: duplicate keys, invalid UTF-8, text after the end, nesting deeper than 32,
 * strings above 16 Mi characters, numbers above 64 characters. Fields that nobody asks for are ignored. Immutable.
 *
 * @since 0.1.0
 */
public final class JsonFields {

    /** Creates the error of the module that reads, such as {@code CheckpointException::new}. */
    @FunctionalInterface
    public interface Refusal {
        /** Creates the error; it is thrown by the reader. */
        RptException of(String message, @Nullable Throwable cause);
    }

    private static final int SHOWN = 80;

    private final String file;
    private final String path;
    private final ObjectNode object;
    private final Refusal refusal;

    private JsonFields(String file, String path, ObjectNode object, Refusal refusal) {
        this.file = file;
        this.path = path;
        this.object = object;
        this.refusal = refusal;
    }

    /** The fields of an object of a model's files. */
    JsonFields(String where, ObjectNode object) {
        this(where, "", object, ModelFormatException::new);
    }

    /**
     * Reads a file that contains one object.
     *
     * @param maxBytes maximum size of the file
     * @throws RptException of the given kind, if it is missing, no plain file, too large or not a JSON object
     */
    public static JsonFields read(Path file, int maxBytes, Refusal refusal) {
        return parse(bytes(file, maxBytes, refusal), file.toString(), refusal);
    }

    /**
     * Reads a file that contains a list of objects.
     *
     * @param maxBytes maximum size of the file
     * @throws RptException of the given kind, if it is missing, no plain file, too large or not such a list
     */
    public static List<JsonFields> readList(Path file, int maxBytes, Refusal refusal) {
        JsonNode node = tree(bytes(file, maxBytes, refusal), file.toString(), "a JSON list", refusal);
        if (!(node instanceof ArrayNode list)) {
            throw refusal.of(file + " is not a JSON list: it is " + shown(node), null);
        }
        List<JsonFields> all = new ArrayList<>();
        for (JsonNode element : list) {
            String place = "[" + all.size() + "]";
            if (!(element instanceof ObjectNode fields)) {
                throw refusal.of(file + ": \"" + place + "\" is " + shown(element) + ", expected an object", null);
            }
            all.add(new JsonFields(file.toString(), place, fields, refusal));
        }
        return all;
    }

    /**
     * Parses a text that is one object.
     *
     * @param where its origin, for messages
     * @throws RptException of the given kind, if it is not a JSON object
     */
    public static JsonFields parse(byte[] utf8, String where, Refusal refusal) {
        JsonNode node = tree(utf8, where, "a JSON object", refusal);
        if (node instanceof ObjectNode object) {
            return new JsonFields(where, "", object, refusal);
        }
        throw refusal.of(where + " is not a JSON object: it is " + shown(node), null);
    }

    private static byte[] bytes(Path file, int maxBytes, Refusal refusal) {
        try {
            return PlainFiles.readJson(file, maxBytes);
        } catch (NoSuchFileException e) {
            throw refusal.of("there is no file " + file.toAbsolutePath(), e);
        } catch (IOException e) {
            throw unreadable(file, e, refusal);
        }
    }

    /** The error for a file that cannot be read; the cause may say it all. */
    static RptException unreadable(Path file, IOException cause, Refusal refusal) {
        String message = String.valueOf(cause.getMessage());
        return refusal.of(message.startsWith(file + " ") ? message : "cannot read " + file + ": " + cause, cause);
    }

    private static JsonNode tree(byte[] utf8, String where, String expected, Refusal refusal) {
        try {
            return Json.tree(utf8);
        } catch (IOException e) {
            throw refusal.of(where + " is not " + expected + ": " + Json.reason(e), e);
        }
    }

    /** The file, and the path of this object in it, for messages. */
    public String where() {
        return path.isEmpty() ? file : file + ": " + path;
    }

    /** All names, in the order of the file. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** Returns whether there is such a field, whatever its value. */
    public boolean contains(String key) {
        return object.has(key);
    }

    /** Returns whether there is such a field and it is a text. */
    public boolean isText(String key) {
        return object.path(key).isTextual();
    }

    /** A text. */
    public String text(String key) {
        return of(key, JsonNode::isTextual, "a text").textValue();
    }

    /** A text, or null where the file says {@code null}. */
    public @Nullable String textOrNull(String key) {
        return of(key, node -> node.isTextual() || node.isNull(), "a text or null")
                .textValue();
    }

    /** One of the constants of an enumeration, by its exact name. */
    public <E extends Enum<E>> E oneOf(String key, Class<E> type) {
        String text = text(key);
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.name().equals(text))
                .findFirst()
                .orElseThrow(() -> unexpected(
                        key,
                        object.path(key),
                        Arrays.stream(type.getEnumConstants()).map(Enum::name).collect(Collectors.joining(", "))));
    }

    /** True or false. */
    public boolean flag(String key) {
        return of(key, JsonNode::isBoolean, "true or false").booleanValue();
    }

    /** A whole number of 64 bits, written without a fraction. */
    public long whole(String key) {
        return of(
                        key,
                        node -> node.isIntegralNumber() && node.canConvertToLong(),
                        "a whole number between -2^63 and 2^63-1")
                .longValue();
    }

    /** A whole number of 64 bits, 0 or above. */
    public long count(String key) {
        return of(
                        key,
                        node -> node.isIntegralNumber() && node.canConvertToLong() && node.longValue() >= 0,
                        "a whole number between 0 and 2^63-1")
                .longValue();
    }

    /** A whole number of 32 bits, at least {@code min}. */
    public int integer(String key, int min) {
        return integer(key, object.path(key), min);
    }

    /** A finite number. */
    public double number(String key) {
        return of(key, JsonFields::isFinite, "a number").doubleValue();
    }

    /** A finite number, at least {@code min}. */
    public double number(String key, double min) {
        return of(key, node -> isFinite(node) && node.doubleValue() >= min, "a number from " + min)
                .doubleValue();
    }

    /** A finite number, or NaN where the file says {@code null}. */
    public double numberOrNaN(String key) {
        JsonNode node = of(key, found -> isFinite(found) || found.isNull(), "a number or null");
        return node.isNull() ? Double.NaN : node.doubleValue();
    }

    /** Any number; one that is not finite is the text {@code "NaN"}, {@code "Infinity"} or {@code "-Infinity"}. */
    public double real(String key) {
        return real(key, object.path(key));
    }

    /** The object under a key. */
    public JsonFields nested(String key) {
        return nested(key, object.path(key));
    }

    /** A list of objects. */
    public List<JsonFields> list(String key) {
        List<JsonFields> all = new ArrayList<>();
        for (JsonNode element : array(key)) {
            all.add(nested(key + "[" + all.size() + "]", element));
        }
        return all;
    }

    /** A list of texts. */
    public List<String> texts(String key) {
        List<String> all = new ArrayList<>();
        for (JsonNode element : array(key)) {
            if (!element.isTextual()) {
                throw unexpected(key + "[" + all.size() + "]", element, "a text");
            }
            all.add(element.textValue());
        }
        return all;
    }

    /** A list of whole numbers of 32 bits, each at least {@code min}. */
    public int[] integers(String key, int min) {
        ArrayNode list = array(key);
        int[] values = new int[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = integer(key + "[" + i + "]", list.get(i), min);
        }
        return values;
    }

    /** A list of numbers, each as {@link #real} has it. */
    public double[] reals(String key) {
        ArrayNode list = array(key);
        double[] values = new double[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = real(key + "[" + i + "]", list.get(i));
        }
        return values;
    }

    /** A list of finite numbers. */
    public double[] numbers(String key) {
        ArrayNode list = array(key);
        double[] values = new double[list.size()];
        for (int i = 0; i < values.length; i++) {
            if (!isFinite(list.get(i))) {
                throw unexpected(key + "[" + i + "]", list.get(i), "a number");
            }
            values[i] = list.get(i).doubleValue();
        }
        return values;
    }

    /** A list of true and false. */
    public boolean[] flags(String key) {
        ArrayNode list = array(key);
        boolean[] values = new boolean[list.size()];
        for (int i = 0; i < values.length; i++) {
            if (!list.get(i).isBoolean()) {
                throw unexpected(key + "[" + i + "]", list.get(i), "true or false");
            }
            values[i] = list.get(i).booleanValue();
        }
        return values;
    }

    /** Bytes in Base64. */
    public byte[] bytes(String key) {
        try {
            return Base64.getDecoder().decode(text(key));
        } catch (IllegalArgumentException e) {
            throw because("\"" + key + "\" is not Base64: " + e.getMessage(), e);
        }
    }

    /**
     * Makes a value from these fields; what its type refuses is an error of this file.
     *
     * @throws RptException of the kind of this reader, with the message of an {@link IllegalArgumentException}
     */
    public <T> T make(Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw because(String.valueOf(e.getMessage()), e);
        }
    }

    /** Returns the error for something else that is wrong with this object. */
    public RptException refuse(String problem) {
        return because(problem, null);
    }

    /** Returns the error for a field that has another value than expected. */
    public RptException refuse(String key, String expected) {
        return unexpected(key, object.path(key), expected);
    }

    ObjectNode object() {
        return object;
    }

    /** Returns whether the field exists and is not null, which in many files means the same as missing. */
    public boolean has(String key) {
        return object.hasNonNull(key);
    }

    int positive(String key) {
        return integer(key, 1);
    }

    int positiveOr(String key, int absent) {
        return has(key) ? positive(key) : absent;
    }

    double numberOr(String key, double absent) {
        return has(key) ? number(key) : absent;
    }

    boolean flagOr(String key, boolean absent) {
        return has(key) ? flag(key) : absent;
    }

    String textOr(String key, String absent) {
        return has(key) ? text(key) : absent;
    }

    RptException unexpected(String key, JsonNode found, String expected) {
        String is = "\"" + path(key) + "\" is " + shown(found) + ", expected " + expected;
        return refusal.of(file + ": " + is, null);
    }

    private RptException because(String problem, @Nullable Throwable cause) {
        return refusal.of(where() + ": " + problem, cause);
    }

    private JsonNode of(String key, Predicate<JsonNode> type, String expected) {
        JsonNode node = object.path(key);
        if (!type.test(node)) {
            throw unexpected(key, node, expected);
        }
        return node;
    }

    private ArrayNode array(String key) {
        if (object.path(key) instanceof ArrayNode list) {
            return list;
        }
        throw unexpected(key, object.path(key), "a list");
    }

    private JsonFields nested(String key, JsonNode node) {
        if (node instanceof ObjectNode nested) {
            return new JsonFields(file, path(key), nested, refusal);
        }
        throw unexpected(key, node, "an object");
    }

    private int integer(String key, JsonNode node, int min) {
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < min) {
            throw unexpected(
                    key, node, "a whole number between " + (min == Integer.MIN_VALUE ? "-2^31" : min) + " and 2^31-1");
        }
        return node.intValue();
    }

    private double real(String key, JsonNode node) {
        if (isFinite(node)) {
            return node.doubleValue();
        }
        return switch (node.isTextual() ? node.textValue() : "") {
            case "NaN" -> Double.NaN;
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> throw unexpected(key, node, "a number, \"NaN\", \"Infinity\" or \"-Infinity\"");
        };
    }

    private String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static boolean isFinite(JsonNode node) {
        return node.isNumber() && Double.isFinite(node.doubleValue());
    }

    private static String shown(JsonNode found) {
        String text = found.isMissingNode() ? "missing" : found.toString();
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }
}
