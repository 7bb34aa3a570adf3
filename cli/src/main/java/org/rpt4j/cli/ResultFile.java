package org.rpt4j.cli;

import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where a command writes a file that takes long to make. */
final class ResultFile {

    @Option(
            names = "--out",
            paramLabel = "FILE",
            required = true,
            description = "Where to write; the file appears when all of it is done.")
    private Path out;

    @Mixin
    private Overwrite overwrite;

    /** Returns the file, which can be written. */
    Path requireWritable() {
        overwrite.require(out);
        return out;
    }
}
