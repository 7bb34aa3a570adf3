package org.rpt4j.core.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.model.format.Sha256;
import org.rpt4j.model.format.SourceFiles;

/** Identifies a checkpoint, with its adapter, by a hash of configuration and weights. */
public final class ModelFingerprint {

    private ModelFingerprint() {}

    /**
     * SHA-256 over the names and contents of {@code config.json} and {@code *.safetensors}, in the order of their
     * names; of a GGUF file, over its content; and then over the same of the adapter. Reads all bytes of the weights.
     *
     * @throws ModelFormatException if there are no such files or they cannot be read
     * @throws OperationCancelledException if the thread is interrupted
     */
    public static String of(ModelSource model) {
        Sha256 hash = new Sha256();
        if (SourceFiles.isGguf(model.directory())) {
            addGguf(model.directory(), hash);
        } else {
            add(model.directory(), hash);
        }
        model.adapter().ifPresent(adapter -> add(adapter, hash));
        return "sha256:" + hash.hex();
    }

    private static void add(Path directory, Sha256 hash) {
        try (Stream<Path> all = Files.list(directory)) {
            List<Path> files = all.filter(ModelFingerprint::counts).sorted().toList();
            if (files.isEmpty()) {
                throw new ModelFormatException("Model " + directory + " has neither config.json nor *.safetensors.");
            }
            for (Path file : files) {
                hash.add(file.getFileName() + " " + Files.size(file) + "\n");
                hash.add(file, () -> requireUninterrupted(file));
            }
        } catch (IOException e) {
            throw new ModelFormatException("Model " + directory + " cannot be read: " + e, e);
        }
    }

    /** The name of the file is the user's, and says nothing about the model. */
    private static void addGguf(Path file, Sha256 hash) {
        try {
            hash.add("gguf " + Files.size(file) + "\n");
            hash.add(file, () -> requireUninterrupted(file));
        } catch (IOException e) {
            throw new ModelFormatException("Model " + file + " cannot be read: " + e, e);
        }
    }

    private static boolean counts(Path file) {
        String name = file.getFileName().toString();
        return name.equals("config.json") || name.equals("adapter_config.json") || name.endsWith(".safetensors");
    }

    private static void requireUninterrupted(Path file) {
        if (Thread.currentThread().isInterrupted()) {
            throw new OperationCancelledException("hashing " + file + " was interrupted");
        }
    }
}
