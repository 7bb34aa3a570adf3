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

/** Identifies a checkpoint by a hash of its configuration and weights. */
public final class ModelFingerprint {

    private ModelFingerprint() {}

    /**
     * SHA-256 over the names and contents of {@code config.json} and {@code *.safetensors}, in the order of their
     * names; of a GGUF file, over its content. Reads all bytes of the weights.
     *
     * @throws ModelFormatException if there are no such files or they cannot be read
     * @throws OperationCancelledException if the thread is interrupted
     */
    public static String of(ModelSource model) {
        Path directory = model.directory();
        if (SourceFiles.isGguf(directory)) {
            return ofGguf(directory);
        }
        try (Stream<Path> all = Files.list(directory)) {
            List<Path> files = all.filter(ModelFingerprint::counts).sorted().toList();
            if (files.isEmpty()) {
                throw new ModelFormatException("Model " + directory + " has neither config.json nor *.safetensors.");
            }
            Sha256 hash = new Sha256();
            for (Path file : files) {
                hash.add(file.getFileName() + " " + Files.size(file) + "\n");
                hash.add(file, () -> requireUninterrupted(file));
            }
            return "sha256:" + hash.hex();
        } catch (IOException e) {
            throw new ModelFormatException("Model " + directory + " cannot be read: " + e, e);
        }
    }

    /** The name of the file is the user's, and says nothing about the model. */
    private static String ofGguf(Path file) {
        try {
            Sha256 hash = new Sha256();
            hash.add("gguf " + Files.size(file) + "\n");
            hash.add(file, () -> requireUninterrupted(file));
            return "sha256:" + hash.hex();
        } catch (IOException e) {
            throw new ModelFormatException("Model " + file + " cannot be read: " + e, e);
        }
    }

    private static boolean counts(Path file) {
        String name = file.getFileName().toString();
        return name.equals("config.json") || name.endsWith(".safetensors");
    }

    private static void requireUninterrupted(Path file) {
        if (Thread.currentThread().isInterrupted()) {
            throw new OperationCancelledException("hashing " + file + " was interrupted");
        }
    }
}
