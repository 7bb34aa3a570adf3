package org.rpt4j.model.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.error.ModelFormatException;

/**
 * The file {@code adapter_config.json} of PEFT. A setting that changes the computation and is not supported is refused
 * by name, unless {@link ModelSource#acceptedConfigKeys} names it; so is a key that is not known, unless it is off: null,
 * false or empty. Stateless.
 */
final class AdapterConfig {

    static final String FILE = "adapter_config.json";

    private static final int MAX_BYTES = 1 << 20;
    private static final String ALL_LINEAR = "all-linear";
    private static final String DROPOUT = "lora_dropout";
    private static final String BASE = "base_model_name_or_path";

    /** Not the name of one layer's module, such as {@code layers.0.self_attn.q_proj}, and no pattern. */
    private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_]+");

    private static final Set<String> OBEYED = Set.of("peft_type", "r", "lora_alpha", "use_rslora", "target_modules");

    /** Where the adapter comes from, and how its training began. */
    private static final Set<String> HARMLESS = Set.of(
            BASE,
            "revision",
            "auto_mapping",
            "inference_mode",
            "peft_version",
            "megatron_core",
            "qalora_group_size",
            "loftq_config",
            "eva_config",
            "runtime_config",
            "ensure_weight_tying");

    /** Initialisations that leave the weights under the adapter as they were; others, such as PiSSA, change them. */
    private static final Set<String> INITIALISATIONS = Set.of("true", "false", "gaussian", "eva", "orthogonal");

    private AdapterConfig() {}

    /**
     * Reads the form of an adapter.
     *
     * @param directory the adapter
     * @param accepted keys to read as if they were absent
     * @throws ModelFormatException if the file is missing, malformed or describes an unsupported adapter
     */
    static LoraOptions read(Path directory, Set<String> accepted) {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            throw new ModelFormatException("there is no adapter in " + directory.toAbsolutePath() + ": it has no "
                    + FILE + ". An adapter is a directory in the layout of PEFT.");
        }
        ObjectNode object = ConfigKeys.without(
                JsonFields.read(file, MAX_BYTES, ModelFormatException::new).object(), accepted);
        JsonFields json = new JsonFields(file.toString(), object);
        object.properties().forEach(entry -> requireSupported(json, entry.getKey(), entry.getValue()));
        LoraOptions.Builder options = LoraOptions.builder();
        return json.make(() -> options.rank(json.integer("r", 1))
                .alpha(json.number("lora_alpha"))
                .rankStabilised(json.flagOr("use_rslora", false))
                .targets(targets(json))
                .build());
    }

    /**
     * Refuses an adapter that was trained with dropout, which rpt4j does not compute.
     *
     * @throws ModelFormatException if it was
     */
    static void requireTrainable(Path directory, Set<String> accepted) {
        JsonFields json = JsonFields.read(directory.resolve(FILE), MAX_BYTES, ModelFormatException::new);
        JsonNode dropout = json.object().path(DROPOUT);
        if (!accepted.contains(DROPOUT) && !isOff(dropout)) {
            throw ConfigKeys.refused(
                    json.unexpected(DROPOUT, dropout, "0 for further training: rpt4j trains without dropout"), DROPOUT);
        }
    }

    private static void requireSupported(JsonFields json, String key, JsonNode value) {
        boolean supported = switch (key) {
            case "peft_type" -> value.asText().equals("LORA");
            case "task_type" -> value.isNull() || value.asText().equals("CAUSAL_LM");
            case "bias" -> isOff(value) || value.asText().equals("none");
            case "init_lora_weights" -> value.isNull() || INITIALISATIONS.contains(value.asText());
            case DROPOUT -> true; // a matter of training alone
            default -> OBEYED.contains(key) || HARMLESS.contains(key) || isOff(value);
        };
        if (!supported) {
            throw ConfigKeys.refused(json.unexpected(key, value, expected(key)), key);
        }
    }

    private static String expected(String key) {
        return switch (key) {
            case "peft_type" -> "\"LORA\", the only kind of adapter that rpt4j computes";
            case "task_type" -> "\"CAUSAL_LM\"";
            case "bias" -> "\"none\": an adapter with biases is not supported";
            case "init_lora_weights" -> "one of " + INITIALISATIONS + ": others change the weights under the adapter";
            default -> "nothing, null or false: rpt4j does not compute adapters with it";
        };
    }

    private static boolean isOff(JsonNode value) {
        return value.isNull()
                || value.isMissingNode()
                || (value.isBoolean() && !value.booleanValue())
                || (value.isNumber() && value.doubleValue() == 0)
                || (value.isTextual() && value.textValue().isEmpty())
                || (value.isContainerNode() && value.isEmpty());
    }

    private static List<String> targets(JsonFields json) {
        JsonNode value = json.object().path("target_modules");
        if (value.isTextual() && value.textValue().equals(ALL_LINEAR)) {
            return LoraOptions.allTargets();
        }
        if (value.isTextual() && !LoraOptions.allTargets().contains(value.textValue())) {
            throw json.unexpected(
                    "target_modules", value, "a list of names, or \"" + ALL_LINEAR + "\": patterns are not supported");
        }
        List<String> names = new ArrayList<>();
        for (JsonNode name : value.isTextual() ? List.of(value) : value) {
            if (!name.isTextual() || !PLAIN_NAME.matcher(name.textValue()).matches()) {
                throw json.unexpected(
                        "target_modules",
                        name,
                        "the plain name of a module, such as q_proj: an adapter"
                                + " has the same targets in every layer");
            }
            if (!LoraOptions.allTargets().contains(name.textValue())) {
                throw json.unexpected(
                        "target_modules",
                        name,
                        "one of " + String.join(", ", LoraOptions.allTargets())
                                + ": no other module can have an adapter");
            }
            names.add(name.textValue());
        }
        if (names.isEmpty()) {
            throw json.unexpected(
                    "target_modules", value, "at least one of " + String.join(", ", LoraOptions.allTargets()));
        }
        return names;
    }

    /** Returns the content of the file for an adapter over a base that is known by a name or path. */
    static ObjectNode json(LoraOptions options, String base) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("peft_type", "LORA");
        json.put("task_type", "CAUSAL_LM");
        json.put(BASE, base);
        json.put("r", options.rank());
        if (options.alpha() == Math.rint(options.alpha()) && options.alpha() <= Integer.MAX_VALUE) {
            json.put("lora_alpha", (int) options.alpha());
        } else {
            json.put("lora_alpha", options.alpha());
        }
        json.put("use_rslora", options.rankStabilised());
        options.targetNames().forEach(json.putArray("target_modules")::add);
        json.put(DROPOUT, 0.0);
        json.put("bias", "none");
        json.put("fan_in_fan_out", false);
        json.put("use_dora", false);
        json.put("inference_mode", true);
        json.putNull("modules_to_save");
        json.putObject("rank_pattern");
        json.putObject("alpha_pattern");
        return json;
    }

    /** Returns the base that an adapter names, if it names one. */
    static Optional<String> base(Path directory) {
        JsonNode base = JsonFields.read(directory.resolve(FILE), MAX_BYTES, ModelFormatException::new)
                .object()
                .path(BASE);
        return base.isTextual() ? Optional.of(base.textValue()) : Optional.empty();
    }
}
