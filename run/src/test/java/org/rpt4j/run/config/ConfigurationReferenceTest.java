package org.rpt4j.run.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.section.Sections;

class ConfigurationReferenceTest {

    static Iterable<Key<?>> keys() {
        return Sections.keys();
    }

    @Test
    void theReferencePageIsUpToDate() throws IOException {
        assertThat(Files.readString(Path.of("../docs/configuration.md")))
                .as("docs/configuration.md is stale: run java -jar cli/target/rpt4j.jar config --reference")
                .isEqualTo(ConfigurationReference.markdown());
    }

    @ParameterizedTest
    @MethodSource("keys")
    void everyKeyIsInARowOfFourCells(Key<?> key) {
        assertThat(ConfigurationReference.markdown()
                        .lines()
                        .filter(line -> line.startsWith("| `" + key.name() + "`" + " |")))
                .singleElement()
                .satisfies(row -> assertThat(row.replace("\\|", "").chars().filter(c -> c == '|'))
                        .hasSize(5));
    }
}
