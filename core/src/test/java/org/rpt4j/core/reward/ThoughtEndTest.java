package org.rpt4j.core.reward;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rpt4j.api.StopCondition;
import org.rpt4j.core.tokenize.Tokenizer;

class ThoughtEndTest {

    private static final String MARKER = "</think>";

    @TempDir
    private Path directory;

    /** Where a rollout stops; -1 if it does not. */
    private static int stop(StopCondition condition, int[] tokens) {
        StopCondition.Scanner scanner = condition.newScanner();
        for (int i = 0; i < tokens.length; i++) {
            if (scanner.endsWith(tokens[i])) {
                return i + 1;
            }
        }
        return -1;
    }

    @ParameterizedTest
    @CsvSource({"ab</think>, 3", "</think>, 1", "ab</think></think>c, 3", "ab, -1", "'', -1"})
    void aMarkerOfItsOwnIsFoundById(String text, int length) {
        try (Tokenizer tokenizer = Toy.withThinkTokens(directory)) {
            ThoughtEnd end = new ThoughtEnd(tokenizer, MARKER);
            int[] tokens = tokenizer.encodeWithSpecials(text);
            assertThat(end.in(tokens)).isEqualTo(length);
            assertThat(stop(end, tokens)).isEqualTo(length);
        }
    }

    @Test
    void aMarkerOfItsOwnIsNotFoundInTextThatLooksLikeIt() {
        try (Tokenizer tokenizer = Toy.withThinkTokens(directory)) {
            int[] text = tokenizer.encode(MARKER);
            assertThat(text).hasSizeGreaterThan(1);
            assertThat(new ThoughtEnd(tokenizer, MARKER).in(text)).isEqualTo(-1);
        }
    }

    @Test
    void aMarkerThatIsTextEndsWithTheTokenThatCompletesIt() {
        try (Tokenizer tokenizer = Toy.withoutThinkTokens(directory)) {
            ThoughtEnd end = new ThoughtEnd(tokenizer, MARKER);
            int[] thought = tokenizer.encode("a < b </th </think>");
            assertThat(end.in(Toy.joined(thought, tokenizer.encode(" \\boxed{x}"))))
                    .isEqualTo(thought.length);
            assertThat(end.in(tokenizer.encode("a < b </think"))).isEqualTo(-1);
        }
    }

    /** No token has the id, so what stands around it is not one marker. */
    @Test
    void anIdOfNoTokenPartsAMarker() {
        try (Tokenizer tokenizer = Toy.withoutThinkTokens(directory)) {
            int[] parted = Toy.joined(
                    tokenizer.encode("</th"), new int[] {tokenizer.vocabularySize() + 5}, tokenizer.encode("ink>"));
            assertThat(new ThoughtEnd(tokenizer, MARKER).in(parted)).isEqualTo(-1);
        }
    }
}
