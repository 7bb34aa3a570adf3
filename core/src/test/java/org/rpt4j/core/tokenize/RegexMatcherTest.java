package org.rpt4j.core.tokenize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.TokenizerException;

class RegexMatcherTest {

    /** Matches by hand; the last column has them between bars. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '\0',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "a|ab#abab#a|a",
                "ab|a#aba#ab|a",
                "a*ab#aaab#aaab",
                "a*?b#aab#aab",
                "a+?#aa#a|a",
                "(?>a+)ab#aab#",
                "a++a#aaa#",
                "\\s+(?!\\S)|\\s+#   x#  | ",
                "(?=ab)a|b#abb#a|b|b",
                "(?<=a)b|(?<!a)c#abcac#b|c",
                "(?:ab){2,3}#abababab#ababab",
                "(ab|a)+b#aabab#aabab",
                "^a|b$#aab#a|b",
                "\\Aa|b\\z#aabb#a|b",
                "(?i:'S|k)#'s'S'\u017fK\u212a#'s|'S|'\u017f|K|\u212a",
                "(?i)ab|c#ABC#AB|C",
                "[^a-c]#abcd#d",
                "[a-z&&[^b-y]]+#azby#az",
                "[\\p{Lu}\\d]+#aB1#B1",
                "\\P{L}+|\\p{^N}#a1#a|1",
                "[\\w\\-]+#a-\u00bd#a-",
                "\\x41\\u0042\\x{1F600}#AB\ud83d\ude00#AB\ud83d\ude00",
                ".#a\ud83d\ude00#a|\ud83d\ude00",
            })
    void matchesAsPerlDoes(String expression, String text, String expected) {
        List<String> found = matches(RegexProgram.compile(expression), text);
        assertThat(String.join("|", found)).isEqualTo(expected == null ? "" : expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a*",
                "(a|b*)+",
                "(?:a?){3}",
                "a{2}{3}",
                "a**",
                "*a",
                "(a",
                "a)",
                "[a",
                "a\\",
                "\\p{Nonsense}",
                "\\q",
                "\\1a",
                "(?x:a)",
                "(?<name>a)",
                "(?<=ab)c",
                "[[:alpha:]]",
                "a{9999}",
                "(?i:stra\u00dfe)",
                "(?i:ss)",
                "\\x{110000}",
                "(?:(?:(?:a{999}){999}){999}){999}"
            })
    void refusesWhatItDoesNotKnowExactly(String expression) {
        assertThatThrownBy(() -> RegexProgram.compile(expression))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("regular expression");
    }

    @Test
    void anExpressionThatTriesEverythingEndsWithAnError() {
        RegexProgram nested = RegexProgram.compile("(x+x+)+y");
        assertThatThrownBy(() -> matches(nested, "x".repeat(5_000)))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("(x+x+)+y")
                .hasMessageContaining("too much work");
    }

    @Test
    void anInterruptEndsIt() {
        Thread.currentThread().interrupt();
        try {
            RegexProgram nested = RegexProgram.compile("(x+x+)+y");
            assertThatThrownBy(() -> matches(nested, "x".repeat(5_000)))
                    .isInstanceOf(OperationCancelledException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void aLongRunNeedsNoStack() {
        String run = "ab".repeat(300_000);
        assertThat(matches(RegexProgram.compile("(?:ab|c)+"), run)).containsExactly(run);
    }

    private static List<String> matches(RegexProgram program, String text) {
        RegexMatcher matcher = new RegexMatcher(program, new Effort(text.length()));
        matcher.reset(text, 0, text.length());
        List<String> found = new ArrayList<>();
        for (int i = 0; i < text.length(); ) {
            int end = matcher.matchAt(i);
            if (end >= 0) {
                found.add(text.substring(i, end));
            }
            i = end >= 0 ? end : i + Character.charCount(text.codePointAt(i));
        }
        return found;
    }
}
