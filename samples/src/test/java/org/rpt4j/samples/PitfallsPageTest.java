package org.rpt4j.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks that the tests named in {@code docs/pitfalls.md} exist. */
class PitfallsPageTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern NAME = Pattern.compile("`([A-Z]\\w+)\\.(\\w+)`");

    static List<MatchResult> names() throws IOException {
        return Files.readString(ROOT.resolve("docs/pitfalls.md"))
                .lines()
                .filter(line -> line.startsWith("| "))
                .flatMap(line -> NAME.matcher(line).results())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyNamedTestExists(MatchResult name) throws IOException {
        String file = name.group(1) + ".java";
        Path source;
        try (Stream<Path> files = Files.find(ROOT, 20, (path, attributes) -> path.endsWith(file))) {
            source = files.findFirst().orElseThrow(() -> new AssertionError("there is no " + file));
        }
        String annotation = file.endsWith("Rules.java") ? "@Rule\\(" : "@(Parameterized)?Test\\b";

        assertThat(Files.readString(source))
                .containsPattern(annotation + "(?:(?!;\n)[\\s\\S])*?void " + name.group(2) + "\\(");
    }

    @Test
    void everyRowNamesATest() throws IOException {
        List<String> rows = Files.readString(ROOT.resolve("docs/pitfalls.md"))
                .lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| pitfall"))
                .toList();
        assertThat(rows)
                .hasSizeGreaterThan(14)
                .allSatisfy(row -> assertThat(row).containsPattern(NAME));
    }
}
