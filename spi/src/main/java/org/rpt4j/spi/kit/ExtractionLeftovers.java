package org.rpt4j.spi.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What killed processes left in the cache of DJL. DJL extracts the libraries of an engine into {@code <engine>/tmp...},
 * hundreds of megabytes, and renames the folder when it is complete. Nothing is ever loaded from such a folder, and its
 * name does not tell its process, so one that nobody has written to for a day counts as left.
 */
final class ExtractionLeftovers {

    private static final Duration LIVING = Duration.ofDays(1);

    private ExtractionLeftovers() {}

    /** Removes them. It is not what was asked for, so what cannot be removed stays for the next start. */
    static void remove(Path cache, Instant now) {
        try (DirectoryStream<Path> engines = Files.newDirectoryStream(cache, ExtractionLeftovers::isFolder)) {
            for (Path engine : engines) {
                removeOf(engine, now.minus(LIVING));
            }
        } catch (IOException | DirectoryIteratorException e) {
            return;
        }
    }

    private static void removeOf(Path engine, Instant oldest) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(engine, ExtractionLeftovers::isTemporary)) {
            for (Path entry : entries) {
                removeIfUnchangedSince(entry, oldest);
            }
        } catch (IOException | DirectoryIteratorException e) {
            return;
        }
    }

    private static void removeIfUnchangedSince(Path folder, Instant oldest) {
        try (Stream<Path> walk = Files.walk(folder)) {
            List<Path> content = walk.sorted(Comparator.reverseOrder()).toList();
            for (Path each : content) {
                if (!Files.getLastModifiedTime(each, LinkOption.NOFOLLOW_LINKS)
                        .toInstant()
                        .isBefore(oldest)) {
                    return;
                }
            }
            for (Path each : content) {
                Files.deleteIfExists(each);
            }
        } catch (IOException | UncheckedIOException e) {
            return; // most likely another process removes it, too
        }
    }

    private static boolean isFolder(Path path) {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean isTemporary(Path path) {
        return isFolder(path) && path.getFileName().toString().matches("tmp\\d+");
    }
}
