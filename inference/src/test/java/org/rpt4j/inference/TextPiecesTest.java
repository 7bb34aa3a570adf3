package org.rpt4j.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TextPiecesTest {

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aCharacterAppearsWithItsLastByte() {
        TextPieces pieces = new TextPieces(List.of());
        byte[] smile = utf8("\uD83D\uDE00");

        assertThat(pieces.add(new byte[] {'a', smile[0]})).isEqualTo("a");
        assertThat(pieces.add(new byte[] {smile[1], smile[2]})).isEmpty();
        assertThat(pieces.add(new byte[] {smile[3], 'b'})).isEqualTo("\uD83D\uDE00b");
        assertThat(pieces.add(new byte[] {(byte) 0xC3})).isEmpty();
        assertThat(pieces.rest()).isEqualTo("\uFFFD");
    }

    @Test
    void whatMayBeginAStopStringIsHeldBack() {
        TextPieces pieces = new TextPieces(List.of("END", "E!"));

        assertThat(pieces.add(utf8("xE"))).isEqualTo("x");
        assertThat(pieces.add(utf8("N"))).isEmpty();
        assertThat(pieces.add(utf8("E"))).isEqualTo("EN");
        assertThat(pieces.isStopped()).isFalse();
        assertThat(pieces.add(utf8("!y"))).isEmpty();
        assertThat(pieces.isStopped()).isTrue();
        assertThat(pieces.add(utf8("z"))).isEmpty();
    }

    @Test
    void theFirstStopStringCounts() {
        TextPieces pieces = new TextPieces(List.of("later", "so"));
        assertThat(pieces.add(utf8("soon or later"))).isEmpty();
        assertThat(pieces.isStopped()).isTrue();
    }

    /** However a text is cut into tokens, the pieces are the text up to the first stop string. */
    @Test
    void theCutIntoTokensDoesNotChangeTheText() {
        SplittableRandom random = new SplittableRandom(7);
        String[] letters = {"a", "b", "\u00e9", "\u4e2d", "\uD83D\uDE00"};
        for (int round = 0; round < 500; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 12; i++) {
                text.append(letters[random.nextInt(letters.length)]);
            }
            List<String> stops = List.of("ab\u00e9", "\u4e2d\u4e2d");
            TextPieces pieces = new TextPieces(stops);
            StringBuilder got = new StringBuilder();
            byte[] bytes = utf8(text.toString());
            for (int from = 0; from < bytes.length; ) {
                int to = Math.min(bytes.length, from + 1 + random.nextInt(4));
                got.append(pieces.add(Arrays.copyOfRange(bytes, from, to)));
                from = to;
            }
            got.append(pieces.rest());
            int end = stops.stream()
                    .mapToInt(text::indexOf)
                    .filter(at -> at >= 0)
                    .min()
                    .orElse(text.length());

            assertThat(got.toString()).isEqualTo(text.substring(0, end));
        }
    }
}
