package org.rpt4j.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rpt4j.model.format.AtomicFiles;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The files of a result that is also printed: JSON and a page. */
final class ResultForms {

    @Option(names = "--out", paramLabel = "FILE", description = "Also write the result as JSON.")
    private @Nullable Path out;

    @Option(names = "--page", paramLabel = "FILE", description = "Also write the result as an HTML file.")
    private @Nullable Path page;

    @Mixin
    private Overwrite overwrite;

    Optional<Path> out() {
        return Optional.ofNullable(out);
    }

    Optional<Path> page() {
        return Optional.ofNullable(page);
    }

    /** Whether a file was asked for. */
    boolean areWanted() {
        return out != null || page != null;
    }

    /** Whether both are one file. */
    boolean areOneFile() {
        return out != null
                && page != null
                && out.toAbsolutePath().normalize().equals(page.toAbsolutePath().normalize());
    }

    /** Checks, before any work is done, that the files can be written. */
    void requireWritable() {
        overwrite.require(out);
        overwrite.require(page, "--page");
    }

    /** Writes the forms of a result that were asked for. */
    void write(String json, String html) {
        write(out, json + "\n");
        write(page, html);
    }

    private static void write(@Nullable Path file, String text) {
        if (file != null) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            AtomicFiles.replace(file, stream -> stream.write(bytes));
        }
    }
}
