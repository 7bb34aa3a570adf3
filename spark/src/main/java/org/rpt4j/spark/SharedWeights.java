package org.rpt4j.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.model.format.AtomicFiles;

/** Copies of the files in a directory that every machine sees, below a name of this driver's own. */
final class SharedWeights implements WeightStore {

    private final Path directory;

    /**
     * Creates the directory.
     *
     * @param shared seen by all machines under the same path
     * @param name unique in it
     */
    SharedWeights(Path shared, String name) {
        this.directory = shared.toAbsolutePath().resolve(name);
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new StorageException("cannot create " + directory + " in the shared directory: " + e, e);
        }
    }

    @Override
    public String address() {
        return directory.toString();
    }

    @Override
    public void add(String sha256, Path file) {
        Path partial = directory.resolve(sha256 + ".part");
        try {
            if (Files.exists(directory.resolve(sha256))) {
                return;
            }
            Files.copy(file, partial, StandardCopyOption.REPLACE_EXISTING);
            Files.move(partial, directory.resolve(sha256), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new StorageException("cannot copy " + file + " to the shared directory " + directory + ": " + e, e);
        }
    }

    @Override
    public void remove(String sha256) {
        try {
            Files.deleteIfExists(directory.resolve(sha256));
        } catch (IOException e) {
            throw new StorageException(
                    "cannot delete " + sha256 + " from the shared directory " + directory + ": " + e, e);
        }
    }

    @Override
    public void close() {
        try {
            AtomicFiles.deleteTree(directory);
        } catch (IOException e) {
            throw new StorageException("cannot delete " + directory + " from the shared directory: " + e, e);
        }
    }
}
