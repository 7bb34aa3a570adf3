package org.rpt4j.run.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.model.format.AdapterWriter;
import org.rpt4j.model.format.LoraOptions;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.LoraKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.RunKeys;

/**
 * The weights that training begins with: a checkpoint, or one under an adapter. A new adapter follows from the
 * configuration alone, and lies in a temporary directory until this is closed.
 *
 * @param source the checkpoint and its adapter
 * @param temporary directory of a new adapter; empty if there is none
 */
record StartingWeights(ModelSource source, Optional<Path> temporary) implements AutoCloseable {

    /**
     * Makes the adapter of a configuration, if it asks for a new one.
     *
     * @throws org.rpt4j.api.error.ModelFormatException if the configuration of the checkpoint cannot be read
     * @throws StorageException if there is no room for temporary files
     */
    static StartingWeights of(RunConfiguration configuration) {
        ModelSource model = configuration.model(ModelKeys.DIRECTORY);
        Optional<LoraOptions> lora = LoraKeys.options(configuration);
        if (lora.isEmpty()) {
            return new StartingWeights(model, Optional.empty());
        }
        Path temporary;
        try {
            temporary = Files.createTempDirectory("rpt4j-adapter");
        } catch (IOException e) {
            throw new StorageException("cannot create a temporary directory for the new adapter: " + e, e);
        }
        StartingWeights weights =
                new StartingWeights(model.withAdapter(temporary.resolve("new")), Optional.of(temporary));
        try {
            AdapterWriter.initialize(temporary.resolve("new"), model, lora.get(), configuration.get(RunKeys.SEED));
            return weights;
        } catch (RuntimeException e) {
            weights.close();
            throw e;
        }
    }

    @Override
    public void close() {
        temporary.ifPresent(directory -> {
            try (var files = Files.walk(directory)) {
                List<Path> all = files.toList();
                for (int i = all.size() - 1; i >= 0; i--) {
                    Files.deleteIfExists(all.get(i));
                }
            } catch (IOException | UncheckedIOException e) {
                throw new StorageException("cannot delete the temporary adapter " + directory + ": " + e, e);
            }
        });
    }
}
