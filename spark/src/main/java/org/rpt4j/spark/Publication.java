package org.rpt4j.spark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The files of a model that executors can fetch.
 *
 * @param files of the checkpoint and of the adapter, if any
 * @param gguf name of the file that is the whole checkpoint, if it is one in the format GGUF
 */
record Publication(List<PublishedFile> files, Optional<String> gguf) {

    Publication {
        files = List.copyOf(files);
    }

    /**
     * Publishes a checkpoint directory or a GGUF file.
     *
     * @throws org.rpt4j.api.error.ModelFormatException if it cannot be read
     */
    static Publication of(PublishedFiles store, Path model) {
        return new Publication(
                store.publishModel(model),
                Files.isDirectory(model)
                        ? Optional.empty()
                        : Optional.of(model.getFileName().toString()));
    }

    /** The same checkpoint with an adapter that is published now. */
    Publication withAdapter(PublishedFiles store, Path adapter) {
        List<PublishedFile> all = new ArrayList<>(files);
        all.addAll(store.publishAdapter(adapter));
        return new Publication(all, gguf);
    }
}
