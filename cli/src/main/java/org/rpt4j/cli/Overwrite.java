package org.rpt4j.cli;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.model.format.AtomicFiles;
import picocli.CommandLine.Option;

/** The one policy for files that exist: a result replaces another only if asked to. */
final class Overwrite {

    @Option(names = "--overwrite", description = "Replace the file at --out, or of another result, if there is one.")
    private boolean overwrite;

    /**
     * Checks, before any work is done, that the result of {@code --out} can be written.
     *
     * @param out the file; null if the command writes none
     * @throws StorageException if the file exists and may not be replaced, or cannot be written
     */
    void require(@Nullable Path out) {
        require(out, "--out");
    }

    /**
     * Checks, before any work is done, that a result can be written.
     *
     * @param out the file; null if the command writes none
     * @param option that names the file
     * @throws StorageException if the file exists and may not be replaced, or cannot be written
     */
    void require(@Nullable Path out, String option) {
        if (out == null) {
            return;
        }
        AtomicFiles.requireWritableFile(out);
        if (!overwrite && Files.exists(out, LinkOption.NOFOLLOW_LINKS)) {
            throw new StorageException(
                    out + " exists. Name another file with " + option + ", or replace it with --overwrite.");
        }
    }
}
