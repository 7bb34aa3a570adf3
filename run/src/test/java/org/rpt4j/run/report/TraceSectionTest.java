package org.rpt4j.run.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.rpt4j.run.directory.Trace;

class TraceSectionTest {

    @Test
    void aThoughtThatTheTemplateClosedLeavesOnlyAnAnswer() {
        assertThat(side("Next?<think>\n\n</think>\n\n", "It is red.")).contains("<strong>It is red.</strong>");
    }

    @Test
    void aResponseThatNeverClosesItsThoughtIsAThought() {
        assertThat(side("Next?<think>\n", "It is red.")).contains("It is red.").doesNotContain("<strong>");
    }

    @Test
    void theAnswerFollowsTheThoughtThatTheResponseCloses() {
        assertThat(side("Next?<think>\n", "Hm.</think>red")).contains("Hm.\n<strong>red</strong>");
    }

    @Test
    void withoutMarkersTheAnswerIsTheBoxThatCounted() {
        assertThat(side("Next?", "Hm. \\boxed{red}", "red")).contains("Hm.\n<strong>\\boxed{red}</strong>");
    }

    @Test
    void theMarkersOfTheRunCloseAThought() {
        assertThat(side("Next?", "Hm.[/THINK]red")).contains("Hm.\n<strong>red</strong>");
    }

    private static String side(String prompt, String response) {
        return side(prompt, response, null);
    }

    private static String side(String prompt, String response, @Nullable String prediction) {
        return TraceSection.side(
                new Trace(
                        0,
                        "first",
                        1,
                        "a#1",
                        3,
                        1.0,
                        0,
                        prompt,
                        "",
                        response,
                        prediction,
                        "red",
                        "red",
                        0.0,
                        "MISS",
                        4,
                        false),
                List.of("</think>", "[/THINK]"));
    }
}
