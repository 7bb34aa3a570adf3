package org.rpt4j.core.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.api.error.OperationCancelledException;

/** What a checkpoint is, in one hash of its configuration and its weights. */
public final class ModelFingerprint {

    private static final int BUFFER_BYTES = 1 << 20;

    private ModelFingerprint() {}

    /**
     * SHA-256 over the names and contents of {@code config.json} and {@code *.safetensors}, in the order of their names.
     * Reads every byte of the weights.
     *
     * @throws ModelFormatException if there are no such files or they cannot be read
     * @throws OperationCancelledException if the thread is interrupted
     */
    public static String of(ModelSource model) {
        Path directory = model.directory();
        try (Stream<Path> all = Files.list(directory)) {
            List<Path> files = all.filter(ModelFingerprint::counts).sorted().toList();
            if (files.isEmpty()) {
                throw new ModelFormatException("Model " + directory + " has neither config.json nor *.safetensors.");
            }
            Sha256 hash = new Sha256();
            byte[] buffer = new byte[BUFFER_BYTES];
            for (Path file : files) {
                hash.add(file.getFileName() + " " + Files.size(file) + "\n");
                add(hash, file, buffer);
            }
            return "sha256:" + hash.hex();
        } catch (IOException e) {
            throw new ModelFormatException("Model " + directory + " cannot be read: " + e, e);
        }
    }

    private static boolean counts(Path file) {
        String name = file.getFileName().toString();
        return name.equals("config.json") || name.endsWith(".safetensors");
    }

    private static void add(Sha256 hash, Path file, byte[] buffer) throws IOException {
        try (InputStream content = Files.newInputStream(file)) {
            for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new OperationCancelledException("hashing " + file + " was interrupted");
                }
                hash.add(buffer, count);
            }
        }
    }
}
