package org.rpt4j.model.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.model.format.gguf.GgufModel;

/**
 * Reads {@code config.json} in the Hugging Face layout, or what the metadata of a GGUF file say in its place. Missing fields get the defaults of the Hugging Face class. A
 * setting that is not supported, not known ({@link ConfigKeys}), or contradicts another is refused by name, never
 * ignored, unless {@link ModelSource#acceptedConfigKeys} names it. The tokens that end a text are those of {@code
 * config.json} and of {@code generation_config.json} together. Stateless.
 *
 * @since 0.1.0
 */
public final class ModelConfigReader {

    static final String FILE = "config.json";

    private static final String GENERATION_FILE = "generation_config.json";

    private static final int MAX_BYTES = 1 << 20;
    /** Beside a checkpoint, they say that its weights, or its keys and values, are not what they seem. */
    private static final List<String> QUANTIZATION_FILES =
            List.of("hf_quant_config.json", "quantize_config.json", "quant_config.json");

    private ModelConfigReader() {}

    /**
     * Reads the configuration of a checkpoint.
     *
     * @param directory the checkpoint
     * @throws ModelFormatException if {@code config.json} is missing, larger than 1 MiB, malformed, contradictory or
     *     describes an unsupported model
     */
    public static ModelConfig read(Path directory) {
        return read(ModelSource.directory(directory));
    }

    /**
     * Reads the configuration of a checkpoint, without the keys that its source accepts.
     *
     * @throws ModelFormatException as {@link #read(Path)}
     */
    public static ModelConfig read(ModelSource source) {
        JsonFields whole = SourceFiles.isGguf(source.directory()) ? metadata(source) : fields(source.directory());
        JsonFields json =
                new JsonFields(whole.where(), ConfigKeys.without(whole.object(), source.acceptedConfigKeys()));
        // A key of a network that is not supported is the smaller problem.
        ConfigKeys.requireKnown(json, architecture(json));
        for (String name : QUANTIZATION_FILES) {
            Path beside = source.directory().resolve(name);
            if (!source.acceptedConfigKeys().contains(name) && Files.exists(beside)) {
                throw ConfigKeys.refused(
                        new ModelFormatException(beside + " describes quantised weights or caches, which rpt4j does"
                                + " not compute: weights must be F32, F16 or BF16"),
                        name);
            }
        }
        return parse(json, generationEndTokens(source.directory()));
    }

    /** What a file stands for, if its own keys are known. */
    private static JsonFields metadata(ModelSource source) {
        Path file = source.directory();
        try (GgufModel model = GgufModel.openWithoutTokenizer(file)) {
            model.requireKnown(source.acceptedConfigKeys());
            return new JsonFields(file.toString(), model.config());
        }
    }

    private static JsonFields fields(Path model) {
        Path file = SourceFiles.path(model, FILE);
        try {
            return JsonFields.parse(
                    SourceFiles.readJson(model, FILE, MAX_BYTES), file.toString(), ModelFormatException::new);
        } catch (NoSuchFileException e) {
            throw new ModelFormatException("there is no file " + file.toAbsolutePath() + SourceFiles.hint(model), e);
        } catch (IOException e) {
            throw JsonFields.unreadable(file, e, ModelFormatException::new);
        }
    }

    /** Reads the configuration of a checkpoint that was opened before, whatever keys were accepted then. */
    static ModelConfig reread(Path model) {
        return parse(fields(model), List.of());
    }

    /** Returns the raw object, for code that modifies and rewrites it. */
    static ObjectNode readRaw(Path model) {
        return fields(model).object();
    }

    static ModelConfig parse(String where, ObjectNode object) {
        return parse(new JsonFields(where, object), List.of());
    }

    private static ModelConfig parse(JsonFields json, List<Integer> generationEndTokens) {
        Architecture architecture = architecture(json);
        Architecture.Defaults defaults = architecture.defaults();
        int hidden = json.positive("hidden_size");
        int heads = json.positive("num_attention_heads");
        int layers = json.positive("num_hidden_layers");
        int headSize = headSize(json, defaults, hidden, heads);
        boolean attentionBias = attentionBias(json, architecture);
        try {
            RopeScaling scaling = RopeReader.scaling(json, architecture);
            return new ModelConfig(
                    architecture,
                    json.positive("vocab_size"),
                    hidden,
                    json.positive("intermediate_size"),
                    layers,
                    heads,
                    keyValueHeads(json, defaults, heads),
                    headSize,
                    RopeReader.contextLength(json, architecture, scaling),
                    json.numberOr("rms_norm_eps", defaults.epsilon),
                    RopeReader.theta(json, architecture),
                    scaling,
                    json.flagOr("tie_word_embeddings", defaults.tied),
                    alwaysBiased(architecture) || attentionBias,
                    attentionBias,
                    hasQueryKeyNorm(architecture),
                    union(endTokens(json), generationEndTokens),
                    SwitchesReader.read(json, architecture, layers, hidden, headSize));
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(json.where() + " describes an impossible model: " + e.getMessage(), e);
        }
    }

    private static Architecture architecture(JsonFields json) {
        JsonNode name = json.object().path("architectures").path(0);
        if (!name.isTextual()) {
            throw json.unexpected(
                    "architectures", json.object().path("architectures"), "a list that begins with a class name");
        }
        Architecture architecture;
        try {
            architecture = Architecture.ofClassName(name.textValue());
        } catch (ModelFormatException e) {
            throw new ModelFormatException(json.where() + ": " + e.getMessage(), e);
        }
        if (json.object().path("architectures").size() != 1) {
            throw json.unexpected("architectures", json.object().path("architectures"), "one class name");
        }
        String type = json.textOr("model_type", architecture.modelType());
        if (!type.equals(architecture.modelType())) {
            throw new ModelFormatException(json.where() + ": \"model_type\" is \"" + type
                    + "\", but \"architectures\" says " + architecture.className() + ", whose type is \""
                    + architecture.modelType() + "\". Correct the one that is wrong.");
        }
        return architecture;
    }

    /** Qwen2 and MiMo have biases on query, key and value whatever the file says. */
    private static boolean alwaysBiased(Architecture architecture) {
        return architecture == Architecture.QWEN2 || architecture == Architecture.MIMO;
    }

    private static boolean hasQueryKeyNorm(Architecture architecture) {
        return switch (architecture) {
            case QWEN3, QWEN3_MOE, OLMO2, GEMMA3 -> true;
            case LLAMA, QWEN2, MISTRAL, MIMO, SMOLLM3, PHI3 -> false;
        };
    }

    private static boolean attentionBias(JsonFields json, Architecture architecture) {
        boolean asked = !alwaysBiased(architecture) && json.flagOr("attention_bias", false);
        if (asked && (architecture == Architecture.MISTRAL || architecture == Architecture.PHI3)) {
            throw json.refuse("attention_bias", "false: " + architecture.className() + " has no biases");
        }
        return asked;
    }

    private static int keyValueHeads(JsonFields json, Architecture.Defaults defaults, int heads) {
        boolean absent = !json.object().has("num_key_value_heads");
        return absent && defaults.keyValueHeads > 0
                ? defaults.keyValueHeads
                : json.positiveOr("num_key_value_heads", heads);
    }

    private static int headSize(JsonFields json, Architecture.Defaults defaults, int hidden, int heads) {
        if (json.has("head_dim")) {
            return json.positive("head_dim");
        }
        if (defaults.headSize > 0 && !json.object().has("head_dim")) {
            return defaults.headSize;
        }
        if (hidden % heads != 0) {
            throw new ModelFormatException(json.where() + ": \"hidden_size\" is " + hidden
                    + ", expected a multiple of \"num_attention_heads\", which is " + heads
                    + ", because \"head_dim\" is missing");
        }
        return hidden / heads;
    }

    /** What generation stops at by itself; often a longer list than that of the network. */
    private static List<Integer> generationEndTokens(Path directory) {
        Path file = directory.resolve(GENERATION_FILE);
        return Files.exists(file) ? endTokens(JsonFields.read(file, MAX_BYTES, ModelFormatException::new)) : List.of();
    }

    private static List<Integer> union(List<Integer> first, List<Integer> second) {
        Set<Integer> all = new LinkedHashSet<>(first);
        all.addAll(second);
        return List.copyOf(all);
    }

    private static List<Integer> endTokens(JsonFields json) {
        JsonNode node = json.object().path("eos_token_id");
        List<Integer> tokens = new ArrayList<>();
        if (node.isMissingNode() || node.isNull()) {
            return tokens;
        }
        for (JsonNode token : node.isArray() ? node : List.of(node)) {
            if (!token.isIntegralNumber() || !token.canConvertToInt()) {
                throw json.unexpected("eos_token_id", node, "a token id, a list of them or null");
            }
            tokens.add(token.intValue());
        }
        return tokens;
    }
}
