package org.rpt4j.model.format;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rpt4j.api.error.ModelFormatException;

/**
 * Reads the rotary settings of {@code config.json} in both forms: {@code rope_theta} with {@code rope_scaling}, or
 * everything in {@code rope_parameters}. A file that has both forms must agree with itself.
 */
final class RopeReader {

    private static final double DEFAULT_THETA = 10_000;
    private static final String DEFAULT = "default";
    private static final String LINEAR = "linear";
    private static final String LLAMA3 = "llama3";
    private static final String SUPPORTED = "default, linear, llama3";

    /** Keys of every type. */
    private static final Set<String> UNSCALED = Set.of("rope_type", "type", "rope_theta", "partial_rotary_factor");

    /** Further keys by type; the context of pre-training is only for information except in Llama 3's. */
    private static final Map<String, Set<String>> KEYS = Map.of(
            DEFAULT, Set.of("original_max_position_embeddings"),
            LINEAR, Set.of("factor", "original_max_position_embeddings"),
            LLAMA3, Set.of("factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings"));

    private static final List<String> OBJECTS = List.of("rope_parameters", "rope_scaling");

    private RopeReader() {}

    static double theta(JsonFields json) {
        double found = json.numberOr("rope_theta", Double.NaN);
        for (String key : OBJECTS) {
            if (json.has(key)) {
                double nested = json.nested(key).numberOr("rope_theta", Double.NaN);
                if (!Double.isNaN(found) && !Double.isNaN(nested) && found != nested) {
                    throw new ModelFormatException(
                            json.where() + ": \"rope_theta\" is both " + found + " and " + nested);
                }
                found = Double.isNaN(nested) ? found : nested;
            }
        }
        return Double.isNaN(found) ? DEFAULT_THETA : found;
    }

    static RopeScaling scaling(JsonFields json) {
        refusePartial(json);
        List<RopeScaling> found = OBJECTS.stream()
                .filter(json::has)
                .map(key -> parse(json.nested(key)))
                .distinct()
                .toList();
        if (found.size() > 1) {
            throw new ModelFormatException(json.where() + ": " + OBJECTS.get(0) + " says " + found.get(0) + ", "
                    + OBJECTS.get(1) + " says " + found.get(1));
        }
        return found.isEmpty() ? new RopeScaling.None() : found.get(0);
    }

    private static RopeScaling parse(JsonFields rope) {
        refusePartial(rope);
        String type = type(rope);
        requireKnown(rope, type);
        try {
            return switch (type) {
                case DEFAULT -> new RopeScaling.None();
                case LINEAR -> new RopeScaling.Linear(rope.number("factor"));
                case LLAMA3 ->
                    new RopeScaling.Llama3(
                            rope.number("factor"),
                            rope.number("low_freq_factor"),
                            rope.number("high_freq_factor"),
                            rope.number("original_max_position_embeddings"));
                default -> throw new IllegalStateException("no reader for " + type);
            };
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(rope.where() + ": " + e.getMessage(), e);
        }
    }

    /** Without a type, there may be nothing that scales. */
    private static String type(JsonFields rope) {
        String type = rope.textOr("rope_type", "");
        String old = rope.textOr("type", "");
        for (String key : List.of("rope_type", "type")) {
            if (rope.has(key) && rope.text(key).isEmpty()) {
                throw rope.refuse(key, "one of " + SUPPORTED);
            }
        }
        if (!type.isEmpty() && !old.isEmpty() && !type.equals(old)) {
            throw new ModelFormatException(rope.where() + " has the \"rope_type\" \"" + type + "\" and the \"type\" \""
                    + old + "\". Correct the one that is wrong.");
        }
        if (!type.isEmpty() || !old.isEmpty()) {
            return type.isEmpty() ? old : type;
        }
        if (rope.object().properties().stream()
                .anyMatch(entry ->
                        !UNSCALED.contains(entry.getKey()) && !entry.getValue().isNull())) {
            throw new ModelFormatException(
                    rope.where() + " is " + rope.object() + " and has no \"rope_type\". Supported: " + SUPPORTED);
        }
        return DEFAULT;
    }

    /** Refuses keys that the type does not use: objects for each kind of layer, or settings of another type. */
    private static void requireKnown(JsonFields rope, String type) {
        Set<String> known = KEYS.get(type);
        if (known == null) {
            throw new ModelFormatException(rope.where() + " has the type \"" + type + "\". Supported: " + SUPPORTED);
        }
        rope.object().properties().forEach(entry -> {
            String key = entry.getKey();
            if (!entry.getValue().isNull() && !UNSCALED.contains(key) && !known.contains(key)) {
                throw ConfigKeys.refused(
                        rope.unexpected(key, entry.getValue(), "no such key for the type \"" + type + "\""),
                        rope.where().substring(rope.where().lastIndexOf(' ') + 1) + "." + key);
            }
        });
    }

    private static void refusePartial(JsonFields json) {
        double factor = json.numberOr("partial_rotary_factor", 1);
        if (factor != 1) {
            throw new ModelFormatException(
                    json.where() + ": \"partial_rotary_factor\" is " + factor + ". Supported: 1, whole heads");
        }
    }
}
