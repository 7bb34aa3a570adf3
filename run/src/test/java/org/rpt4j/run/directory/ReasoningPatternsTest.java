package org.rpt4j.run.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReasoningPatternsTest {

    @Test
    void wholePhrasesCountOncePerResponse() {
        ReasoningPatterns patterns = ReasoningPatterns.parse("# words\n\ndoubt: wait, let me check\nend: thus\n");
        Map<String, Double> shares = patterns.shares(
                List.of("Wait, wait! Let me\n check.", "The waiter awaits.", "LET ME CHECK, thus", "nothing"));
        assertThat(shares).containsExactly(Map.entry("doubt", 0.5), Map.entry("end", 0.25));
        assertThat(patterns.shares(List.of()).get("doubt")).isNaN();
    }

    @Test
    void theBuiltInGroupsAreThoseOfThePaper() {
        ReasoningPatterns patterns = ReasoningPatterns.builtIn();
        assertThat(patterns.shares(List.of("x")).keySet())
                .containsExactly("transition", "reflection", "breakdown", "hypothesis", "divergent", "deduction");
        assertThat(patterns.shares(List.of("Hmm, so perhaps it is blue.")))
                .containsEntry("reflection", 1.0)
                .containsEntry("deduction", 1.0)
                .containsEntry("hypothesis", 1.0)
                .containsEntry("breakdown", 0.0);
    }

    @Test
    void phrasesOfAnyLanguageMatchIgnoringCase() {
        assertThat(ReasoningPatterns.parse("zweifel: hmm, Übrigens?").shares(List.of("so übrigens? ja")))
                .containsEntry("zweifel", 1.0);
    }

    @Test
    void aLineThatIsNoNewGroupIsRefused() {
        for (String wrong : List.of("no colon", ": phrase", "name:", "a: x\na: y")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ReasoningPatterns.parse(wrong))
                    .withMessageContaining("group: phrase");
        }
    }
}
