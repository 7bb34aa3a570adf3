package org.rpt4j.core.reward;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.StopCondition;
import org.rpt4j.core.prompt.ThoughtFormat;
import org.rpt4j.core.prompt.ThoughtRule;
import org.rpt4j.core.tokenize.Tokenizer;

class ClosedBoxStopTest {

    @TempDir
    private Path directory;

    /** The rollout ends at the mark {@code ^}. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '\0',
            value = {
                "a</think>\\boxed{b}^ and more",
                "\\boxed{a}</think>\\boxed{b}^\\boxed{c}",
                "</think>\\boxed{{b}}^}",
                "</think>\\boxed{}^",
                "</think>\\boxed{\\boxed{b}^}",
                "</think>\\boxed{a</think>}\\boxed{b}^",
                "</think>{}}\\boxed{b}^",
            })
    void stopsWhereTheFirstBoxCloses(String marked) {
        String text = marked.replace("^", "");
        for (boolean thinkTokens : new boolean[] {true, false}) {
            try (Tokenizer tokenizer = open(thinkTokens)) {
                int[] tokens = singleBytes(tokenizer, text);
                int stopped = stoppedAfter(new ClosedBoxStop(tokenizer), tokens);
                assertThat(tokenizer.decode(Arrays.copyOf(tokens, stopped)))
                        .isEqualTo(marked.substring(0, marked.indexOf('^')));
            }
        }
    }

    @Test
    void needsNoEndOfTheThoughtBehindAPromptThatHasIt() {
        for (boolean thinkTokens : new boolean[] {true, false}) {
            try (Tokenizer tokenizer = open(thinkTokens)) {
                int[] tokens = singleBytes(tokenizer, "so \\boxed{b} and \\boxed{c}");
                assertThat(stoppedAfter(
                                new ClosedBoxStop(tokenizer, ThoughtFormat.of(ThoughtRule.NONE, tokenizer)), tokens))
                        .isEqualTo("so \\boxed{b}".length());
            }
        }
    }

    @Test
    void waitsForABoxThatOpensInTheClosingToken() {
        try (Tokenizer tokenizer = open(true)) {
            int[] tokens = {
                tokenizer.addedIdOf("</think>").orElseThrow(),
                tokenizer.idOf("\\boxed{").orElseThrow(),
                'a',
                tokenizer.idOf("}\\boxed{").orElseThrow(),
                'b',
                tokenizer.idOf("}}").orElseThrow()
            };
            assertThat(stoppedAfter(new ClosedBoxStop(tokenizer), tokens)).isEqualTo(6);
        }
    }

    @Test
    void scannersDoNotInfluenceEachOther() {
        try (Tokenizer tokenizer = open(true)) {
            StopCondition stop = new ClosedBoxStop(tokenizer);
            StopCondition.Scanner first = stop.newScanner();
            first.endsWith(tokenizer.addedIdOf("</think>").orElseThrow());
            first.endsWith(tokenizer.idOf("\\boxed{").orElseThrow());
            assertThat(stop.newScanner().endsWith('}')).isFalse();
            assertThat(first.endsWith('}')).isTrue();
        }
    }

    /**
     * Compared with the extractor, which reads a whole rollout: the scanner stops after the first token at which the
     * extractor finds a box, and never earlier.
     */
    @ParameterizedTest
    @CsvSource({"true, MARKED", "false, MARKED", "true, UNMARKED", "false, UNMARKED", "true, NONE", "false, NONE"})
    void agreesWithTheExtractorOnRandomTokens(boolean thinkTokens, ThoughtRule rule) {
        try (Tokenizer tokenizer = open(thinkTokens)) {
            ThoughtFormat format = ThoughtFormat.of(rule, tokenizer);
            AnswerExtractor extractor = new AnswerExtractor(tokenizer, BoxRule.BALANCED, format);
            StopCondition stop = new ClosedBoxStop(tokenizer, format);
            int stops = 0;
            int[] alphabet = alphabet(tokenizer);
            for (int run = 0; run < 4000; run++) {
                int[] tokens = new int[rule == ThoughtRule.MARKED ? 40 : 10];
                for (int i = 0; i < tokens.length; i++) {
                    tokens[i] = alphabet[CounterRandom.below(alphabet.length, 7, run, i)];
                }
                StopCondition.Scanner scanner = stop.newScanner();
                boolean stopped = false;
                for (int length = 1; length <= tokens.length && !stopped; length++) {
                    stopped = scanner.endsWith(tokens[length - 1]);
                    int[] soFar = Arrays.copyOf(tokens, length);
                    assertThat(extractor.extract(Toy.rollout(FinishReason.STOP_CONDITION, soFar)))
                            .as("%s", tokenizer.decode(soFar))
                            .isInstanceOf(stopped ? Prediction.Boxed.class : Prediction.Missing.class);
                }
                stops += stopped ? 1 : 0;
            }
            assertThat(stops).isBetween(500, 3500);
        }
    }

    private Tokenizer open(boolean thinkTokens) {
        return thinkTokens ? Toy.withThinkTokens(directory) : Toy.withoutThinkTokens(directory);
    }

    /** The number of tokens up to the stop, or all of them. */
    private static int stoppedAfter(StopCondition stop, int[] tokens) {
        StopCondition.Scanner scanner = stop.newScanner();
        for (int i = 0; i < tokens.length; i++) {
            if (scanner.endsWith(tokens[i])) {
                return i + 1;
            }
        }
        return tokens.length;
    }

    /** The relevant pieces, the frequent ones several times, with the marker if there is one. */
    private static int[] alphabet(Tokenizer tokenizer) {
        int[] pieces =
                Toy.PIECES.stream().mapToInt(piece -> idOf(tokenizer, piece)).toArray();
        int box = idOf(tokenizer, "\\boxed{");
        int[] plain = {
            '{', '}', 'a', '\\', '<', box, box, tokenizer.idOf("<|end|>").orElseThrow()
        };
        int[] thinkEnd = tokenizer.addedIdOf("</think>").isPresent()
                ? new int[] {tokenizer.addedIdOf("</think>").getAsInt()}
                : new int[] {idOf(tokenizer, "</"), idOf(tokenizer, "think>"), idOf(tokenizer, "think>")};
        return Toy.joined(pieces, plain, thinkEnd);
    }

    private static int idOf(Tokenizer tokenizer, String piece) {
        return tokenizer.idOf(piece).orElseThrow();
    }

    private static int[] singleBytes(Tokenizer tokenizer, String text) {
        String marker = "</think>";
        int at = tokenizer.addedIdOf("</think>").isPresent() ? text.indexOf(marker) : -1;
        if (at < 0) {
            byte[] bytes = text.getBytes(UTF_8);
            int[] ids = new int[bytes.length];
            Arrays.setAll(ids, i -> bytes[i] & 0xFF);
            return ids;
        }
        return Toy.joined(
                singleBytes(tokenizer, text.substring(0, at)),
                new int[] {tokenizer.addedIdOf("</think>").getAsInt()},
                singleBytes(tokenizer, text.substring(at + marker.length())));
    }
}
