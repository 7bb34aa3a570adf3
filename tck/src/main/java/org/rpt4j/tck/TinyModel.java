package org.rpt4j.tck;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.rpt4j.api.ModelSource;
import org.rpt4j.model.format.Architecture;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.RopeScaling;
import org.rpt4j.tck.reference.ReferenceModel;

/**
 * Models small enough to create for every test. Their sizes are neither equal nor powers of two where possible, and
 * together they turn on every switch of the network. Thread-safe.
 */
public enum TinyModel {
    /** Llama 3: grouped queries, tied head, scaled rotary frequencies. */
    LLAMA(Architecture.LLAMA, 4, 2, 6, new RopeScaling.Llama3(4, 1, 4, 200), true, false),
    /** Llama with all attention biases, one head per query, untied head, linear rotary scaling. */
    LLAMA_BIASED(Architecture.LLAMA, 3, 3, 8, new RopeScaling.Linear(2), false, true),
    /** Qwen2: biases on query, key and value, one key head for all queries, tied head. */
    QWEN2(Architecture.QWEN2, 3, 1, 8, new RopeScaling.None(), true, true),
    /** Qwen3: query and key norms, heads wider than the residual stream, untied head. */
    QWEN3(Architecture.QWEN3, 4, 2, 10, new RopeScaling.None(), false, false);

    static final int VOCABULARY = 37;
    static final int CONTEXT = 32;

    private static final int HIDDEN = 24;
    private static final int INTERMEDIATE = 20;
    private static final int LAYERS = 2;
    private static final long SEED = 20250608;

    private final ModelConfig config;
    private final Map<String, byte[]> files = new TreeMap<>();

    TinyModel(
            Architecture architecture,
            int heads,
            int keyValueHeads,
            int headSize,
            RopeScaling scaling,
            boolean tied,
            boolean queryBias) {
        this.config = new ModelConfig(
                architecture,
                VOCABULARY,
                HIDDEN,
                INTERMEDIATE,
                LAYERS,
                heads,
                keyValueHeads,
                headSize,
                CONTEXT,
                1e-5,
                10_000,
                scaling,
                tied,
                queryBias,
                queryBias && architecture == Architecture.LLAMA,
                architecture == Architecture.QWEN3,
                List.of(2));
    }

    /** Returns the shape: vocabulary of 37, context window of 32. */
    public ModelConfig config() {
        return config;
    }

    /** Returns the model with its random weights, which are always the same. */
    public ReferenceModel model() {
        return ReferenceModel.random(config, SEED + ordinal());
    }

    /** Writes the model as a checkpoint that any backend can open; the directory is created if missing. */
    public ModelSource write(Path directory) {
        try {
            Files.createDirectories(directory);
            for (Map.Entry<String, byte[]> file : files().entrySet()) {
                Files.write(directory.resolve(file.getKey()), file.getValue());
            }
            return ModelSource.directory(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + this + " to " + directory, e);
        }
    }

    /** Content by file name, cached because hundreds of checks write the same models. */
    private synchronized Map<String, byte[]> files() throws IOException {
        if (files.isEmpty()) {
            Path once = Files.createTempDirectory("tiny-model");
            model().write(once);
            for (String name : List.of("config.json", "model.safetensors")) {
                files.put(name, Files.readAllBytes(once.resolve(name)));
                Files.delete(once.resolve(name));
            }
            Files.delete(once);
        }
        return files;
    }
}
