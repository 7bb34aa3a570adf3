package org.rpt4j.samples.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReasonAboutTextTest {

    private static final Path MODEL = Path.of("src/main/resources/org/rpt4j/samples/quickstart/model");

    @Test
    void theProgramPrintsTheTextAndWhereTheModelThought() {
        String printed = Printed.by(() ->
                ReasonAboutText.main(new String[] {MODEL.toString(), "Once upon a time there was a", "reference"}));

        assertThat(printed)
                .contains("TAKEN \"")
                .contains("</think>")
                .containsPattern("\\d+ thoughts, \\d+ ms per token");
        assertThat(printed.lines().findFirst().orElseThrow()).isNotBlank();
    }
}
