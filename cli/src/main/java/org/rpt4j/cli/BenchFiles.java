package org.rpt4j.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rpt4j.model.format.AtomicFiles;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The files that a benchmark writes. */
final class BenchFiles {

    @Option(
            names = "--answers",
            paramLabel = "FILE",
            description = "Keep the answers here, and ask only what it lacks (default: beside --out, with the ending"
                    + " .answers.jsonl).")
    private @Nullable Path answers;

    @Option(names = "--out", paramLabel = "FILE", description = "Also write the result as JSON.")
    private @Nullable Path out;

    @Option(names = "--page", paramLabel = "FILE", description = "Also write the result as an HTML file.")
    private @Nullable Path page;

    @Mixin
    private Overwrite overwrite;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /** Checks, before anything is asked, that the results can be written, each to a file of its own. */
    void requireWritable() {
        List<Path> all = Stream.of(Optional.ofNullable(out), Optional.ofNullable(page), answers())
                .flatMap(Optional::stream)
                .map(file -> file.toAbsolutePath().normalize())
                .toList();
        if (Set.copyOf(all).size() < all.size()) {
            throw new ParameterException(
                    command.commandLine(), "--out, --page and --answers name one file. Give each a name of its own.");
        }
        overwrite.require(out);
        overwrite.require(page, "--page");
    }

    /** Where the answers are kept; empty if they are not. */
    Optional<Path> answers() {
        if (answers != null) {
            return Optional.of(answers);
        }
        return Optional.ofNullable(out).map(file -> file.resolveSibling(file.getFileName() + ".answers.jsonl"));
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
