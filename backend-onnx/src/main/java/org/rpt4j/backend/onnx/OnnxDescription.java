package org.rpt4j.backend.onnx;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.backend.onnx.surgery.LanguageModelGraph;
import org.rpt4j.model.format.AbsentTokens;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.ModelConfigReader;
import org.rpt4j.model.format.PlainFiles;

/**
 * The description of an ONNX model, from its graph and from the {@code config.json} beside it or one level above.
 *
 * @param model the description for applications
 * @param config its shape, if its architecture is known to this library
 * @param absentTokens ids that no token of the tokenizer beside the graph, or beside its configuration, has
 */
record OnnxDescription(ModelDescription model, Optional<ModelConfig> config, AbsentTokens absentTokens) {

    private static final String CONFIG = "config.json";
    private static final String TOKENIZER = "tokenizer.json";
    private static final int MAX_BYTES = 1 << 20;

    /** The names that model families use for the length of their context window. */
    private static final List<String> CONTEXT_KEYS =
            List.of("max_position_embeddings", "n_positions", "n_ctx", "max_seq_len", "seq_length");

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(32).build())
                    .build())
            .build();

    static OnnxDescription of(Path file, LanguageModelGraph graph, ModelSource source) {
        Path config = config(file);
        JsonNode json = read(config);
        int vocabulary = vocabulary(file, config, json, graph);
        int context = CONTEXT_KEYS.stream()
                .map(json::path)
                .filter(JsonNode::canConvertToInt)
                .mapToInt(JsonNode::intValue)
                .filter(value -> value > 0)
                .findFirst()
                .orElseThrow(() -> new ModelFormatException(
                        config + " does not contain the length of the context window, under any of " + CONTEXT_KEYS));
        String architecture = json.path("architectures").path(0).asText("unknown");
        Optional<ModelConfig> known = known(config, source);
        long parameters = known.map(shape -> shape.describe().parameterCount()).orElseGet(graph::parameterCount);
        return new OnnxDescription(
                new ModelDescription(architecture, parameters, vocabulary, context),
                known,
                AbsentTokens.of(
                        Files.exists(file.resolveSibling(TOKENIZER)) ? directory(file) : directory(config),
                        vocabulary,
                        known.map(ModelConfig::endTokens).orElse(List.of())));
    }

    private static Path directory(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent());
    }

    private static Optional<ModelConfig> known(Path config, ModelSource source) {
        try {
            return Optional.of(ModelConfigReader.read(
                    ModelSource.directory(directory(config)).accepting(source.acceptedConfigKeys())));
        } catch (ModelFormatException e) {
            // An unknown architecture or setting, which the graph can compute all the same.
            return Optional.empty();
        }
    }

    private static int vocabulary(Path file, Path config, JsonNode json, LanguageModelGraph graph) {
        JsonNode configured = json.path("vocab_size");
        OptionalLong computed = graph.vocabularySize();
        if (computed.isEmpty() && !configured.canConvertToInt()) {
            throw new ModelFormatException(
                    "neither " + file + " nor " + config + " contains the size of the vocabulary");
        }
        long size = computed.orElse(configured.asLong());
        if (configured.canConvertToInt() && configured.intValue() != size) {
            throw new ModelFormatException(file + " computes logits of " + size + " tokens, but the vocabulary in "
                    + config + " has " + configured.intValue() + ": the files belong to different models");
        }
        if (size < 1 || size > Integer.MAX_VALUE) {
            throw new ModelFormatException(
                    file + " computes logits of " + size + " tokens, expected from 1 to " + Integer.MAX_VALUE);
        }
        return (int) size;
    }

    private static Path config(Path file) {
        Path directory = directory(file);
        Path above = directory.getParent();
        List<Path> places = above == null
                ? List.of(directory.resolve(CONFIG))
                : List.of(directory.resolve(CONFIG), above.resolve(CONFIG));
        return places.stream()
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new ModelFormatException(file + " has no " + CONFIG
                        + " beside it or one level above; it is needed for the length of the context window."));
    }

    private static JsonNode read(Path config) {
        try {
            return MAPPER.readTree(PlainFiles.read(config, MAX_BYTES));
        } catch (IOException e) {
            throw new ModelFormatException("cannot read " + config + ": " + e.getMessage(), e);
        }
    }
}
