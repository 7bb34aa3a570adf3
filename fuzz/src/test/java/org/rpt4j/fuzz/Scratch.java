package org.rpt4j.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A directory for one target, in which inputs become files; deleted when the JVM exits. */
final class Scratch {

    private final Path directory;

    Scratch() {
        try {
            directory = Files.createTempDirectory("rpt4j-fuzz");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::delete));
    }

    Path directory() {
        return directory;
    }

    /** Returns the file with this name and this content, replacing any earlier content. */
    Path file(String name, byte[] content) throws IOException {
        return Files.write(directory.resolve(name), content);
    }

    private void delete() {
        try (Stream<Path> found = Files.walk(directory)) {
            for (Path each : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
