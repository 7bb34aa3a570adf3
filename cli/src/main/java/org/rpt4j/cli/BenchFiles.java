package org.rpt4j.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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

    @Mixin
    private ResultForms forms;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /** Checks, before anything is asked, that the results can be written, each to a file of its own. */
    void requireWritable() {
        List<Path> all = Stream.of(forms.out(), forms.page(), answers())
                .flatMap(Optional::stream)
                .map(file -> file.toAbsolutePath().normalize())
                .toList();
        if (Set.copyOf(all).size() < all.size()) {
            throw new ParameterException(
                    command.commandLine(), "--out, --page and --answers name one file. Give each a name of its own.");
        }
        forms.requireWritable();
    }

    /** Where the answers are kept; empty if they are not. */
    Optional<Path> answers() {
        if (answers != null) {
            return Optional.of(answers);
        }
        return forms.out().map(file -> file.resolveSibling(file.getFileName() + ".answers.jsonl"));
    }

    /** Writes the forms of a result that were asked for. */
    void write(String json, String html) {
        forms.write(json, html);
    }
}
