package org.rpt4j.cli;

import java.nio.file.Path;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.ModelSource;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.model.format.ModelConfigReader;
import org.rpt4j.run.config.section.ModelKeys;
import picocli.CommandLine.Option;

/** The option that names the model. */
final class ModelChoice {

    @Option(
            names = "--model",
            paramLabel = "DIR",
            required = true,
            description = "Checkpoint in the Hugging Face layout: config.json, *.safetensors, tokenizer.json.")
    private Path directory;

    Path directory() {
        return directory;
    }

    void configure(CommandSettings settings) {
        settings.set("--model", ModelKeys.DIRECTORY, directory);
    }

    /** What the model is called in a table: the last part of its path. */
    String name() {
        return String.valueOf(directory.toAbsolutePath().normalize().getFileName());
    }

    ModelSource source() {
        return ModelSource.directory(directory);
    }

    /** What the model will be, without opening it. */
    ModelDescription description() {
        return ModelConfigReader.read(directory).describe();
    }

    /** The model's tokenizer, if it fits the model. */
    Tokenizer openTokenizer() {
        ModelDescription model = description();
        Tokenizer tokenizer = Tokenizer.open(directory);
        try {
            tokenizer.requireFits(model);
            return tokenizer;
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }
}
