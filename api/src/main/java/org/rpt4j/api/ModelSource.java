package org.rpt4j.api;

import java.nio.file.Path;

/**
 * Where a model comes from: a directory in the Hugging Face layout ({@code config.json}, {@code *.safetensors} with an
 * optional index, {@code tokenizer.json}, {@code tokenizer_config.json}).
 *
 * @param directory the checkpoint's directory; read when a backend opens the model
 * @since 0.1.0
 */
public record ModelSource(Path directory) {

    /** A checkpoint directory in the Hugging Face layout. */
    public static ModelSource directory(Path directory) {
        return new ModelSource(directory);
    }
}
