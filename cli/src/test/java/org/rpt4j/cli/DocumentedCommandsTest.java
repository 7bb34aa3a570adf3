package org.rpt4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The command lines in README.md and docs have options that exist. */
class DocumentedCommandsTest {

    private static final Path ROOT = Path.of("..");
    private static final String JAR = "java -jar cli/target/rpt4j.jar ";

    static List<String> commands() throws IOException {
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            return Stream.concat(Stream.of(ROOT.resolve("README.md")), docs.sorted())
                    .filter(file -> file.toString().endsWith(".md"))
                    .flatMap(file -> read(file).replaceAll("\\\\\n +", "").lines())
                    .filter(line -> line.startsWith("    rpt4j ") || line.startsWith("    " + JAR))
                    .map(line -> line.strip().replace(JAR, "rpt4j "))
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void isUnderstood(String command) {
        String[] words = command.replaceAll("\"[^\"]*\"|'[^']*'", "text").split(" +");

        Rpt4j.commandLine().parseArgs(Arrays.copyOfRange(words, 1, words.length));
    }

    @Test
    void thereAreSome() throws IOException {
        assertThat(commands()).hasSizeGreaterThan(15);
    }
}
