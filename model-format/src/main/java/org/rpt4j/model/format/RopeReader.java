package org.rpt4j.model.format;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rpt4j.api.error.ModelFormatException;

/**
 * Reads the rotary settings of {@code config.json} in both forms: {@code rope_theta} with {@code rope_scaling}, or
 * everything in {@code rope_parameters}. A file that has both forms must agree with itself.
 */
final class RopeReader {

    private static final double LOCAL_THETA = 10_000;
    private static final double FAST_TURNS = 32;
    private static final double SLOW_TURNS = 1;
    private static final String DEFAULT = "default";
    private static final String LINEAR = "linear";
    private static final String LLAMA3 = "llama3";
    private static final String YARN = "yarn";
    private static final String DYNAMIC = "dynamic";
    private static final String LONGROPE = "longrope";
    private static final String SUPPORTED = "default, linear, llama3, yarn, dynamic, longrope";
    private static final String ORIGINAL = "original_max_position_embeddings";
    private static final String PARTIAL = "partial_rotary_factor";
    private static final String ATTENTION = "attention_factor";
    private static final String GLOBAL_LAYERS = "full_attention";
    private static final String LOCAL_LAYERS = "sliding_attention";

    /** Keys of every type. */
    private static final Set<String> UNSCALED = Set.of("rope_type", "type", "rope_theta", PARTIAL);

    /** Further keys by type; the context of pre-training is only for information except in Llama 3's. */
    private static final Map<String, Set<String>> KEYS = Map.of(
            DEFAULT, Set.of(ORIGINAL),
            LINEAR, Set.of("factor", ORIGINAL),
            LLAMA3, Set.of("factor", "low_freq_factor", "high_freq_factor", ORIGINAL),
            YARN,
                    Set.of(
                            "factor",
                            ORIGINAL,
                            "beta_fast",
                            "beta_slow",
                            "truncate",
                            ATTENTION,
                            "attn_factor",
                            "mscale",
                            "mscale_all_dim"),
            DYNAMIC, Set.of("factor", ORIGINAL),
            LONGROPE, Set.of("factor", ORIGINAL, "short_factor", "long_factor", ATTENTION));

    private static final List<String> OBJECTS = List.of("rope_parameters", "rope_scaling");

    private RopeReader() {}

    /** Returns max_position_embeddings. */
    static int positions(JsonFields json, Architecture architecture) {
        return json.positiveOr("max_position_embeddings", architecture.defaults().context);
    }

    static double theta(JsonFields json, Architecture architecture) {
        double found = json.numberOr("rope_theta", Double.NaN);
        for (JsonFields rope : objects(json, architecture)) {
            double nested = rope.numberOr("rope_theta", Double.NaN);
            if (!Double.isNaN(found) && !Double.isNaN(nested) && found != nested) {
                throw new ModelFormatException(json.where() + ": \"rope_theta\" is both " + found + " and " + nested);
            }
            found = Double.isNaN(nested) ? found : nested;
        }
        return Double.isNaN(found) ? architecture.defaults().theta : found;
    }

    /** Returns the base of layers with a window, where a family has another for them. */
    static double localTheta(JsonFields json) {
        String key = "rope_local_base_freq";
        double found = json.numberOr(key, Double.NaN);
        if (json.has(OBJECTS.get(0)) && json.nested(OBJECTS.get(0)).has(LOCAL_LAYERS)) {
            JsonFields rope = json.nested(OBJECTS.get(0)).nested(LOCAL_LAYERS);
            requireKnown(rope, type(rope));
            if (!type(rope).equals(DEFAULT)) {
                throw rope.refuse("rope_type", "\"default\": layers with a window are not scaled");
            }
            double nested = rope.numberOr("rope_theta", LOCAL_THETA);
            if (!Double.isNaN(found) && found != nested) {
                throw new ModelFormatException(
                        rope.where() + ": \"rope_theta\" is " + nested + ", but \"" + key + "\" is " + found);
            }
            return nested;
        }
        return Double.isNaN(found) ? LOCAL_THETA : found;
    }

    static RopeScaling scaling(JsonFields json, Architecture architecture) {
        if (architecture != Architecture.PHI3) {
            refusePartial(json);
        }
        List<RopeScaling> found = objects(json, architecture).stream()
                .map(rope -> parse(rope, json, architecture))
                .distinct()
                .toList();
        if (found.size() > 1) {
            throw new ModelFormatException(json.where() + ": " + OBJECTS.get(0) + " says " + found.get(0) + ", "
                    + OBJECTS.get(1) + " says " + found.get(1));
        }
        return found.isEmpty() ? new RopeScaling.None() : found.get(0);
    }

    /** Returns the share of a head's components that rotate. */
    static double partial(JsonFields json) {
        double found = json.numberOr(PARTIAL, Double.NaN);
        for (JsonFields rope : objects(json, Architecture.PHI3)) {
            double nested = rope.numberOr(PARTIAL, Double.NaN);
            if (!Double.isNaN(found) && !Double.isNaN(nested) && found != nested) {
                throw new ModelFormatException(
                        json.where() + ": \"" + PARTIAL + "\" is both " + found + " and " + nested);
            }
            found = Double.isNaN(nested) ? found : nested;
        }
        return Double.isNaN(found) ? 1 : found;
    }

    /**
     * Returns how long a text may be. YaRN reaches the context of pre-training times its factor, whether or not
     * max_position_embeddings says so; what depends on the length of the text ends where that begins.
     */
    static int contextLength(JsonFields json, RopeScaling scaling, int positions) {
        if (scaling instanceof RopeScaling.Yarn yarn) {
            return (int) Math.max(positions, Math.min(yarn.originalContext() * yarn.factor(), Integer.MAX_VALUE));
        } else if (scaling instanceof RopeScaling.LongRope longRope) {
            return (int) Math.min(positions, longRope.originalContext());
        } else if (scaling instanceof RopeScaling.Dynamic) {
            return OBJECTS.stream()
                    .filter(json::has)
                    .mapToInt(key -> json.nested(key).positiveOr(ORIGINAL, positions))
                    .reduce(positions, Math::min);
        }
        return positions;
    }

    /** The objects with rotary settings of all layers, or of those that see the whole text. */
    private static List<JsonFields> objects(JsonFields json, Architecture architecture) {
        return OBJECTS.stream()
                .filter(json::has)
                .map(json::nested)
                .map(rope -> architecture == Architecture.GEMMA3 && rope.has(GLOBAL_LAYERS)
                        ? rope.nested(GLOBAL_LAYERS)
                        : rope)
                .toList();
    }

    private static RopeScaling parse(JsonFields rope, JsonFields json, Architecture architecture) {
        if (architecture != Architecture.PHI3) {
            refusePartial(rope);
        }
        String type = type(rope);
        if (architecture == Architecture.PHI3 && (type.equals("su") || type.equals(YARN))) {
            type = LONGROPE; // what Phi-3's class called it before
        }
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
                            rope.number(ORIGINAL));
                case YARN ->
                    new RopeScaling.Yarn(
                            rope.number("factor"),
                            rope.numberOr("beta_fast", FAST_TURNS),
                            rope.numberOr("beta_slow", SLOW_TURNS),
                            rope.numberOr(ORIGINAL, positions(json, architecture)),
                            rope.flagOr("truncate", true),
                            yarnAttentionFactor(rope));
                case DYNAMIC -> new RopeScaling.Dynamic(rope.number("factor"));
                case LONGROPE -> longRope(rope, json, architecture);
                default -> throw new IllegalStateException("no reader for " + type);
            };
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(rope.where() + ": " + e.getMessage(), e);
        }
    }

    /**
     * The factor of the paper, or the file's own. DeepSeek's {@code attn_factor} multiplies that of the paper, as in the
     * servers that obey the key; transformers ignores it.
     */
    private static double yarnAttentionFactor(JsonFields rope) {
        boolean own = rope.has(ATTENTION);
        if (own && (rope.has("attn_factor") || rope.has("mscale") || rope.has("mscale_all_dim"))) {
            throw rope.refuse(ATTENTION, "nothing beside attn_factor, mscale and mscale_all_dim");
        }
        if (rope.has("mscale") != rope.has("mscale_all_dim")) {
            throw rope.refuse(rope.has("mscale") ? "mscale" : "mscale_all_dim", "mscale and mscale_all_dim together");
        }
        if (own) {
            return rope.number(ATTENTION);
        }
        double factor = rope.number("factor");
        double paper = rope.has("mscale")
                ? yarnScale(factor, rope.number("mscale")) / yarnScale(factor, rope.number("mscale_all_dim"))
                : yarnScale(factor, 1);
        return paper * rope.numberOr("attn_factor", 1);
    }

    /** 0.1 m ln(factor) + 1, equation 22 of the paper for m = 1. */
    private static double yarnScale(double factor, double m) {
        return factor <= 1 ? 1 : 0.1 * m * Math.log(factor) + 1;
    }

    private static RopeScaling longRope(JsonFields rope, JsonFields json, Architecture architecture) {
        int positions = positions(json, architecture);
        boolean outside = architecture == Architecture.PHI3 && json.has(ORIGINAL);
        boolean inside = rope.has(ORIGINAL);
        if (outside && inside && json.number(ORIGINAL) != rope.number(ORIGINAL)) {
            throw new ModelFormatException(json.where() + ": \"" + ORIGINAL + "\" is both " + json.number(ORIGINAL)
                    + " and " + rope.number(ORIGINAL));
        }
        double original = positions;
        if (outside || inside) {
            original = (outside ? json : rope).number(ORIGINAL);
        } else if (architecture == Architecture.PHI3) {
            original = architecture.defaults().context;
        }
        double factor = original == positions ? rope.numberOr("factor", 1) : positions / original;
        double paper = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original));
        return new RopeScaling.LongRope(
                list(rope, "short_factor"), list(rope, "long_factor"), original, rope.numberOr(ATTENTION, paper));
    }

    private static List<Double> list(JsonFields rope, String key) {
        return Arrays.stream(rope.numbers(key)).boxed().toList();
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
        double factor = json.numberOr(PARTIAL, 1);
        if (factor != 1) {
            throw new ModelFormatException(
                    json.where() + ": \"partial_rotary_factor\" is " + factor + ". Supported: 1, whole heads");
        }
    }
}
