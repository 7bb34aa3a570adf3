package org.rpt4j.model.format;

import java.util.List;
import org.rpt4j.api.error.ModelFormatException;

/**
 * Reads the rotary settings of {@code config.json} in both forms: {@code rope_theta} with {@code rope_scaling}, or
 * everything in {@code rope_parameters}. A file that has both forms must agree with itself.
 */
final class RopeReader {

    private static final double DEFAULT_THETA = 10_000;
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
        String type = rope.textOr("rope_type", rope.textOr("type", "default"));
        try {
            return switch (type) {
                case "default" -> new RopeScaling.None();
                case "linear" -> new RopeScaling.Linear(rope.number("factor"));
                case "llama3" ->
                    new RopeScaling.Llama3(
                            rope.number("factor"),
                            rope.number("low_freq_factor"),
                            rope.number("high_freq_factor"),
                            rope.number("original_max_position_embeddings"));
                default ->
                    throw new ModelFormatException(
                            rope.where() + " has the type \"" + type + "\". Supported: default, linear, llama3");
            };
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(rope.where() + ": " + e.getMessage(), e);
        }
    }

    private static void refusePartial(JsonFields json) {
        double factor = json.numberOr("partial_rotary_factor", 1);
        if (factor != 1) {
            throw new ModelFormatException(
                    json.where() + ": \"partial_rotary_factor\" is " + factor + ". Supported: 1, whole heads");
        }
    }
}
