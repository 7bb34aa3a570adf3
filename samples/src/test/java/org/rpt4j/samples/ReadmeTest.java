package org.rpt4j.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What README shows in Java is code that compiles, and needs few imports. */
class ReadmeTest {

    private static final Pattern CODE = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern IMPORT = Pattern.compile("import (org\\.rpt4j\\.[a-z.]+)\\.[A-Z]");
    private static final Pattern RULE = Pattern.compile("^### [A-Z]+[0-9]+:", Pattern.MULTILINE);
    private static final Path EXAMPLE = Path.of("samples/src/main/java/org/rpt4j/samples/examples/TrainOnText.java");

    private static String text(Path file) throws IOException {
        return Files.readString(ArchitectureTest.ROOT.resolve(file));
    }

    @Test
    void theCodeIsThatOfAnExample() throws IOException {
        Matcher code = CODE.matcher(text(Path.of("README.md")));
        assertThat(code.find()).isTrue();
        assertThat(text(EXAMPLE)).contains(code.group(1).indent(8).stripTrailing());
    }

    @Test
    void itsImportsComeFromFourPackages() throws IOException {
        Set<String> packages = IMPORT.matcher(text(EXAMPLE))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toSet());
        assertThat(packages)
                .containsExactlyInAnyOrder(
                        "org.rpt4j.api", "org.rpt4j.spi", "org.rpt4j.core.pipeline", "org.rpt4j.core.train");
    }

    @Test
    void theNumberOfRulesIsThatOfTheContract() throws IOException {
        long rules = RULE.matcher(text(Path.of("docs/contract.md"))).results().count();
        assertThat(rules).isGreaterThan(100);
        assertThat(text(Path.of("README.md"))).contains(rules + " numbered rules");
        assertThat(text(Path.of("docs/write-a-backend.md"))).contains(rules + " rules with their tests");
    }
}
