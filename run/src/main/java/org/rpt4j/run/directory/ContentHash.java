package org.rpt4j.run.directory;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.rpt4j.api.error.StorageException;

/**
 * SHA-256 of content. Of a file: of its bytes. Of a directory: of the lines {@code <hash of the file> two spaces
 * <relative path with slashes>} of all regular files in it, sorted by path; so what {@code sha256sum} prints for them,
 * hashed once more. A link to either counts as what it leads to.
 */
public final class ContentHash {

    private static final int BUFFER = 1 << 16;

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
        MessageDigest digest = sha256();
        try (Stream<Path> tree = Files.walk(directory)) {
            List<Path> files = tree.filter(Files::isRegularFile).toList();
            for (String name : files.stream()
                    .map(file -> slashes(directory, file))
                    .sorted()
                    .toList()) {
                String line = ofFile(directory.resolve(name)) + "  " + name + "\n";
                digest.update(line.getBytes(StandardCharsets.UTF_8));
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String slashes(Path directory, Path file) {
        return directory
                .relativize(file)
                .toString()
                .replace(file.getFileSystem().getSeparator(), "/");
    }

    private static String ofFile(Path file) throws IOException {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
