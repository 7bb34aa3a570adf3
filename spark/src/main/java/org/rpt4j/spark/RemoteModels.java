package org.rpt4j.spark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.ModelSource;
import org.rpt4j.model.format.AbsentTokens;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.ModelConfigReader;
import org.rpt4j.spi.kit.InputLimits;

/**
 * What every model of one backend has in common on its executors.
 *
 * @param backend name of the inner backend
 * @param options of it, on an executor
 * @param files that executors can fetch
 */
record RemoteModels(String backend, BackendOptions options, PublishedFiles files) {

    /** What the driver knows of a model from its configuration and tokenizer, without its weights. */
    record Known(ModelDescription description, InputLimits limits) {

        /** @throws org.rpt4j.api.error.ModelFormatException if they cannot be read */
        static Known of(ModelSource source) {
            ModelConfig config = ModelConfigReader.read(source);
            ModelDescription description = config.describe();
            AbsentTokens absent = AbsentTokens.of(source.directory(), description.vocabularySize(), config.endTokens());
            return new Known(description, InputLimits.of(description, absent));
        }
    }

    RemoteModel model(String owner, ExecutorRole role, Publication publication, Set<String> acceptedConfigKeys) {
        return new RemoteModel(
                owner,
                role,
                backend,
                options,
                PublishedFile.files(publication.files()),
                publication.gguf(),
                acceptedConfigKeys,
                files.address());
    }

    /** The files of a tokenizer without a model. */
    RemoteModel tokenizer(List<PublishedFile> published, Path directory) {
        Optional<String> gguf = Files.isDirectory(directory)
                ? Optional.empty()
                : Optional.of(directory.getFileName().toString());
        return model("tokenizer", ExecutorRole.SCORER, new Publication(published, gguf), Set.of());
    }

    /** Publishes a checkpoint, with its adapter if it has one. */
    Publication publish(ModelSource source) {
        Publication model = Publication.of(files, source.directory());
        try {
            return source.adapter().isEmpty()
                    ? model
                    : model.withAdapter(files, source.adapter().get());
        } catch (RuntimeException | Error e) {
            files.release(model.files());
            throw e;
        }
    }
}
