package org.rpt4j.core.reward;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.MissingReason;
import org.rpt4j.api.Prediction;
import org.rpt4j.core.tokenize.Tokenizer;

/** Compares the extractor with a slow one that works on text, on unlikely completions. */
class AnswerExtractorFuzzTest {

    private static final int ROUNDS = 15_000;
    private static final String BOX = "\\boxed{";
    private static final String THINK_END = "</think>";

    /** The parts of completions, one character per byte. */
    private static final List<String> PARTS = List.of(
            BOX,
            BOX,
            BOX,
            THINK_END,
            THINK_END,
            "{",
            "}",
            "}",
            "\\boxed",
            "boxed{",
            "\\",
            "\\box",
            "<think>",
            "</think",
            "think>",
            "a",
            " ",
            "\n",
            "\u00c3",
            "\u00a9",
            "\u00f0\u009f",
            "\u0000",
            "\\}",
            "\\{",
            "{}",
            "}{");

    private static String completion(SplittableRandom random) {
        // Half of them start well-formed; otherwise there would be few boxes.
        StringBuilder text = new StringBuilder(random.nextBoolean() ? THINK_END + BOX : "");
        for (int left = random.nextInt(14); left > 0; left--) {
            text.append(PARTS.get(random.nextInt(PARTS.size())));
        }
        return text.toString();
    }

    /** The content of the box, or the reason why there is none, after the end of the thought. */
    private static Object slow(String completion, BoxRule rule) {
        int thought = completion.lastIndexOf(THINK_END);
        if (thought < 0) {
            return MissingReason.NO_THINK_END;
        }
        String answer = completion.substring(thought + THINK_END.length());
        int box = answer.lastIndexOf(BOX);
        if (box < 0) {
            return MissingReason.NO_BOX;
        }
        String rest = answer.substring(box + BOX.length());
        int[] ends = IntStream.range(0, rest.length())
                .filter(i -> rest.charAt(i) == '}')
                .toArray();
        if (rule == BoxRule.GREEDY_LAST_BRACE) {
            return ends.length == 0 ? MissingReason.UNBALANCED : rest.substring(0, ends[ends.length - 1]);
        }
        for (int end : ends) {
            String content = rest.substring(0, end);
            if (count(content, '{') == count(content, '}')) {
                return content;
            }
        }
        return MissingReason.UNBALANCED;
    }

    private static long count(String text, char letter) {
        return text.chars().filter(c -> c == letter).count();
    }

    private static Object found(AnswerExtractor extractor, FinishReason finish, int[] tokens) {
        Prediction prediction = extractor.extract(Toy.rollout(finish, tokens));
        return prediction instanceof Prediction.Boxed boxed
                ? new String(boxed.content(), ISO_8859_1)
                : ((Prediction.Missing) prediction).reason();
    }

    /** Tokens whose bytes are the text, split in one of many ways. */
    private static int[] tokens(Tokenizer tokenizer, String text, boolean markers, SplittableRandom random) {
        IntStream.Builder tokens = IntStream.builder();
        for (int i = 0; i < text.length(); ) {
            int at = i;
            if (markers && text.startsWith(THINK_END, i)) {
                tokens.add(tokenizer.addedIdOf("</think>").orElseThrow());
                i += THINK_END.length();
                continue;
            }
            List<String> fitting = Toy.PIECES.stream()
                    .filter(piece -> text.startsWith(piece, at))
                    .filter(piece -> !markers
                            || !text.substring(at + 1, at + piece.length()).contains("</"))
                    .filter(piece -> !markers || !crosses(text, at, piece))
                    .toList();
            if (fitting.isEmpty() || random.nextInt(3) == 0) {
                tokens.add(text.charAt(i));
                i++;
            } else {
                String piece = fitting.get(random.nextInt(fitting.size()));
                tokens.add(tokenizer.idOf(piece).orElseThrow());
                i += piece.length();
            }
        }
        return tokens.build().toArray();
    }

    /** Whether a piece would include the start of a marker. */
    private static boolean crosses(String text, int at, String piece) {
        int marker = text.indexOf(THINK_END, at);
        return marker >= 0 && marker < at + piece.length();
    }

    @ParameterizedTest
    @EnumSource(BoxRule.class)
    void agreesWithASlowExtractorOnRandomCompletions(BoxRule rule, @TempDir Path first, @TempDir Path second) {
        SplittableRandom random = new SplittableRandom(11);
        Map<MissingReason, Integer> reasons = new EnumMap<>(MissingReason.class);
        int boxed = 0;
        try (Tokenizer byId = Toy.withThinkTokens(first);
                Tokenizer byText = Toy.withoutThinkTokens(second)) {
            AnswerExtractor withToken = new AnswerExtractor(byId, rule);
            AnswerExtractor withText = new AnswerExtractor(byText, rule);
            for (int round = 0; round < ROUNDS; round++) {
                String text = completion(random);
                Object expected = slow(text, rule);
                int[] marked = tokens(byId, text, true, random);
                assertThat(found(withToken, FinishReason.STOP_TOKEN, marked))
                        .as(text)
                        .isEqualTo(expected);
                assertThat(found(withText, FinishReason.STOP_TOKEN, tokens(byText, text, false, random)))
                        .as(text)
                        .isEqualTo(expected);
                boolean missing = expected instanceof MissingReason;
                assertThat(found(withToken, FinishReason.LENGTH, marked))
                        .isEqualTo(missing ? MissingReason.TRUNCATED : expected);
                if (missing) {
                    reasons.merge((MissingReason) expected, 1, Integer::sum);
                } else {
                    boxed++;
                }
            }
        }
        assertThat(boxed).isGreaterThan(1000);
        assertThat(reasons)
                .containsOnlyKeys(MissingReason.NO_THINK_END, MissingReason.NO_BOX, MissingReason.UNBALANCED);
        assertThat(reasons.values()).allMatch(count -> count > 300);
    }

    @Test
    void anyTokensGetAnAnswer(@TempDir Path directory) {
        SplittableRandom random = new SplittableRandom(12);
        try (Tokenizer tokenizer = Toy.withThinkTokens(directory)) {
            for (BoxRule rule : BoxRule.values()) {
                AnswerExtractor extractor = new AnswerExtractor(tokenizer, rule);
                for (int round = 0; round < 5000; round++) {
                    // Ids above the vocabulary are padding of the model, which sampling can reach.
                    int[] tokens = random.ints(random.nextInt(40), 0, tokenizer.vocabularySize() + 50)
                            .toArray();
                    assertThat(found(extractor, FinishReason.STOP_TOKEN, tokens))
                            .isNotNull();
                }
            }
        }
    }
}
