package org.rpt4j.api;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Set;

/**
 * Where a model comes from: a directory in the Hugging Face layout ({@code config.json}, {@code *.safetensors} with an
 * optional index, {@code tokenizer.json}, {@code tokenizer_config.json}), or a GGUF file.
 *
 * @param directory the checkpoint's directory; read when a backend opens the model
 * @param acceptedConfigKeys keys of {@code config.json} to read as if they were absent: settings that rpt4j does not
 *     know or does not obey, and that the caller knows not to matter. A key of a nested object is written {@code
 *     rope_scaling.factor}; the name of a file beside the checkpoint accepts that file.
 * @since 0.1.0
 */
public record ModelSource(Path directory, Set<String> acceptedConfigKeys) {

    public ModelSource {
        acceptedConfigKeys = Set.copyOf(acceptedConfigKeys);
    }

    /** A checkpoint directory in the Hugging Face layout. */
    public static ModelSource directory(Path directory) {
        return new ModelSource(directory, Set.of());
    }

    /** The same checkpoint, whose {@code config.json} is read as if these keys were absent. */
    public ModelSource accepting(Collection<String> configKeys) {
        return new ModelSource(directory, Set.copyOf(configKeys));
    }
}
