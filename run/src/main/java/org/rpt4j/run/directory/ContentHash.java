package org.rpt4j.run.directory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.model.format.Sha256;

/**
 * SHA-256 of content. Of a file: of its bytes. Of a directory: of the lines {@code <hash of the file> two spaces
 * <relative path with slashes>} of all regular files in it, sorted by path; so what {@code sha256sum} prints for them,
 * hashed once more. A link to either counts as what it leads to.
 *
 * @since 0.1.0
 */
public final class ContentHash {

    private ContentHash() {}

    /**
     * The hash in lower-case hexadecimal digits.
     *
     * @throws StorageException if something cannot be read
     */
    public static String of(Path path) {
        try {
            return Files.isDirectory(path) ? ofDirectory(path.toRealPath()) : ofFile(path);
        } catch (IOException e) {
            throw new StorageException("cannot hash " + path + ": " + e, e);
        }
    }

    private static String ofDirectory(Path directory) throws IOException {
        Sha256 hash = new Sha256();
        try (Stream<Path> tree = Files.walk(directory)) {
            List<Path> files = tree.filter(Files::isRegularFile).toList();
            for (String name : files.stream()
                    .map(file -> slashes(directory, file))
                    .sorted()
                    .toList()) {
                hash.add(ofFile(directory.resolve(name)) + "  " + name + "\n");
            }
        }
        return hash.hex();
    }

    private static String slashes(Path directory, Path file) {
        return directory
                .relativize(file)
                .toString()
                .replace(file.getFileSystem().getSeparator(), "/");
    }

    private static String ofFile(Path file) throws IOException {
        Sha256 hash = new Sha256();
        hash.add(file, () -> {});
        return hash.hex();
    }
}
