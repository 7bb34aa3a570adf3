package org.rpt4j.run.resume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.model.format.PlainFiles;
import org.rpt4j.run.directory.ContentHash;

/** The file {@code SHA256SUMS} of a directory: a line {@code <hash> two spaces <path>} for every other file in it. */
final class Checksums {

    static final String FILE = "SHA256SUMS";

    private static final int MAX_BYTES = 4 << 20;
    private static final int HEX = 64;

    private Checksums() {}

    static void write(Path directory) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (String name : names(directory)) {
            lines.append(ContentHash.of(directory.resolve(name)))
                    .append("  ")
                    .append(name)
                    .append('\n');
        }
        Files.writeString(directory.resolve(FILE), lines);
    }

    /**
     * Compares every file with its hash.
     *
     * @throws CheckpointException if a file is missing, damaged or not listed, or the list is none
     */
    static void verify(Path directory) {
        Path file = directory.resolve(FILE);
        try {
            if (!Files.isRegularFile(file)) {
                throw new CheckpointException(directory + " is not a checkpoint: it has no " + FILE);
            }
            List<String> lines = PlainFiles.readText(file, MAX_BYTES).lines().toList();
            List<String> names = names(directory);
            if (lines.size() != names.size()) {
                throw new CheckpointException(directory + " is damaged: it has the files " + names + ", but " + FILE
                        + " has " + lines.size() + " lines");
            }
            for (int i = 0; i < lines.size(); i++) {
                verify(directory, names.get(i), lines.get(i));
            }
        } catch (IOException e) {
            throw new CheckpointException("cannot verify " + directory + ": " + e, e);
        } catch (StorageException e) {
            throw new CheckpointException(e.getMessage(), e);
        }
    }

    /** The names come from the directory and not from the list, so none can lead out of it. */
    private static void verify(Path directory, String name, String line) {
        if (line.length() != HEX + 2 + name.length() || !line.endsWith("  " + name)) {
            throw new CheckpointException(directory + " is damaged: " + FILE + " says \"" + line
                    + "\" where the hash of " + name + " should be");
        }
        String hash = ContentHash.of(directory.resolve(name));
        if (!line.startsWith(hash)) {
            throw new CheckpointException(directory.resolve(name) + " is damaged: its hash is " + hash + ", expected "
                    + line.substring(0, HEX));
        }
    }

    private static List<String> names(Path folder) throws IOException {
        Path directory = folder.toRealPath();
        try (Stream<Path> tree = Files.walk(directory)) {
            return tree.filter(Files::isRegularFile)
                    .map(path -> directory
                            .relativize(path)
                            .toString()
                            .replace(directory.getFileSystem().getSeparator(), "/"))
                    .filter(name -> !name.equals(FILE))
                    .sorted()
                    .toList();
        }
    }
}
