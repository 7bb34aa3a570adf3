package org.rpt4j.run.directory;

import java.nio.file.Path;

/**
 * Something that a run was made from.
 *
 * @param role what it was to the run, such as {@code model} or {@code corpus}
 * @param name its file name; no path, which would mean nothing elsewhere
 * @param sha256 hash of its content after {@link ContentHash}
 * @since 0.1.0
 */
public record Artifact(String role, String name, String sha256) {

    /**
     * Hashes a file or a directory.
     *
     * @throws org.rpt4j.api.error.StorageException if it cannot be read
     */
    public static Artifact of(String role, Path path) {
        String name = String.valueOf(path.toAbsolutePath().normalize().getFileName());
        return new Artifact(role, name, ContentHash.of(path));
    }
}
