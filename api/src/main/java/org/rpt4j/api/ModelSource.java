package org.rpt4j.api;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/**
 * Where a model comes from: a directory in the Hugging Face layout ({@code config.json}, {@code *.safetensors} with an
 * optional index, {@code tokenizer.json}, {@code tokenizer_config.json}) or a GGUF file, and a low-rank adapter over it, if
 * any. Every role reads the two as one model, with weights W + s B A. A trainable policy trains A and B alone.
 *
 * @param directory the checkpoint's directory, or the GGUF file; read when a backend opens the model
 * @param adapter directory of an adapter in the layout of PEFT ({@code adapter_config.json}, {@code
 *     adapter_model.safetensors})
 * @param acceptedConfigKeys keys of {@code config.json} and {@code adapter_config.json} to read as if they were absent:
 *     settings that rpt4j does not know or does not obey, and that the caller knows not to matter. A key of a nested
 *     object is written {@code rope_scaling.factor}; the name of a file beside the checkpoint accepts that file.
 * @since 0.1.0
 */
public record ModelSource(Path directory, Optional<Path> adapter, Set<String> acceptedConfigKeys) {

    public ModelSource {
        acceptedConfigKeys = Set.copyOf(acceptedConfigKeys);
    }

    /** A checkpoint directory in the Hugging Face layout, without an adapter. */
    public static ModelSource directory(Path directory) {
        return new ModelSource(directory, Optional.empty(), Set.of());
    }

    /** The same model, whose configuration is read as if these keys were absent. */
    public ModelSource accepting(Collection<String> configKeys) {
        return new ModelSource(directory, adapter, Set.copyOf(configKeys));
    }

    /** The same checkpoint under an adapter, in place of any other. */
    public ModelSource withAdapter(Path newAdapter) {
        return new ModelSource(directory, Optional.of(newAdapter), acceptedConfigKeys);
    }

    /** The same checkpoint alone. */
    public ModelSource withoutAdapter() {
        return new ModelSource(directory, Optional.empty(), acceptedConfigKeys);
    }
}
