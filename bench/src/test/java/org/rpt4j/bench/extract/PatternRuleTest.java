package org.rpt4j.bench.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.core.tokenize.ThoughtMarkers;

class PatternRuleTest {

    private static Extracted extract(String pattern, boolean last, String text) {
        return new PatternRule("mine", "", Pattern.compile(pattern), last)
                .extract(new Response(text, false, false, ThoughtMarkers.THINK, List.of()));
    }

    @Test
    void theFirstOrTheLastMatchCounts() {
        assertThat(extract("=(\\d+)", false, "a=1, b=2")).isEqualTo(Extracted.answer("1"));
        assertThat(extract("=(\\d+)", true, "a=1, b=2")).isEqualTo(Extracted.answer("2"));
        assertThat(extract("=(\\d+)|~(\\d+)", true, "a=1, b~2")).isEqualTo(Extracted.answer("2"));
        assertThat(extract("=(\\d+)", true, "nothing").finding()).isEqualTo(Extracted.Finding.NONE);
    }

    @Test
    void aPatternNeedsAGroup() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> extract("x", false, "x"))
                .withMessageContaining("parentheses");
    }

    @Test
    void aPatternThatExplodesIsStoppedByName() {
        assertThatThrownBy(() -> extract("(a*)*b", false, "a".repeat(5000)))
                .isInstanceOfAny(ConfigurationException.class)
                .hasMessageContaining("reading \"mine\"");
    }
}
