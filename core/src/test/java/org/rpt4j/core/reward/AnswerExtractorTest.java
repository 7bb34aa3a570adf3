package org.rpt4j.core.reward;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.MissingReason;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.StopCondition;
import org.rpt4j.core.prompt.ThoughtFormat;
import org.rpt4j.core.prompt.ThoughtRule;
import org.rpt4j.core.tokenize.ThoughtMarkers;
import org.rpt4j.core.tokenize.Tokenizer;

class AnswerExtractorTest {

    private static Tokenizer byId;
    private static Tokenizer byText;

    @BeforeAll
    static void open(@TempDir Path first, @TempDir Path second) {
        byId = Toy.withThinkTokens(first);
        byText = Toy.withoutThinkTokens(second);
    }

    @AfterAll
    static void close() {
        byId.close();
        byText.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '\0',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "why</think>\\boxed{a}#a",
                "</think>so it is \\boxed{ the}.<|end|>#\u0020the",
                "</think>\\boxed{a}\\boxed{b}#b",
                "\\boxed{no}</think>\\boxed{yes}#yes",
                "</think>\\boxed{first}</think>\\boxed{last}#last",
                "</think>\\boxed{}#",
                "</think>\\boxed{{}}#{}",
                "</think>\\boxed{\\frac{1}{2}}#\\frac{1}{2}",
                "</think>\\boxed{\\boxed{in}}#in",
                "</think>\\boxed{a\\}#a\\",
                "</think>\\boxed{\\}}#\\",
                "</think>\\boxed{}}#",
                "</think>\\boxed{na\u00efve \u20ac\ud83e\udd99}#na\u00efve \u20ac\ud83e\udd99",
                "</think>\\boxed{\uFFFD}#\uFFFD",
                "</think>\\box\\boxed{a}#a",
                "</think>\\boxed{a}<|end|>}#a",
                "</think>boxed{a} \\boxed {b} \\boxed{c}#c",
            })
    void findsTheLastBoxAfterTheThought(String text, String expected) {
        String content = expected == null ? "" : expected;
        for (Tokenizer tokenizer : new Tokenizer[] {byId, byText}) {
            Prediction prediction = new AnswerExtractor(tokenizer).extract(Toy.rollout(tokenizer, text));
            assertThat(prediction).isInstanceOf(Prediction.Boxed.class);
            assertThat(Toy.contentOf(prediction)).isEqualTo(content);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '\0',
            value = {
                "\\boxed{a}#NO_THINK_END",
                "<think>a</think#NO_THINK_END",
                "</think>a#NO_BOX",
                "\\boxed{a}</think>a#NO_BOX",
                "\\boxed{a</think>b}#NO_BOX",
                "</think>\\boxed a}#NO_BOX",
                "</think>\\boxed{a#UNBALANCED",
                "</think>\\boxed{{a}#UNBALANCED",
                "</think>\\boxed{a}\\boxed{b#UNBALANCED",
                "</think>\\boxed{#UNBALANCED",
            })
    void saysWhyThereIsNone(String text, MissingReason reason) {
        for (Tokenizer tokenizer : new Tokenizer[] {byId, byText}) {
            AnswerExtractor extractor = new AnswerExtractor(tokenizer);
            int[] tokens = tokenizer.encodeWithSpecials(text);
            assertThat(extractor.extract(Toy.rollout(FinishReason.STOP_TOKEN, tokens)))
                    .isEqualTo(new Prediction.Missing(reason));
            assertThat(extractor.extract(Toy.rollout(FinishReason.LENGTH, tokens)))
                    .isEqualTo(new Prediction.Missing(MissingReason.TRUNCATED));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '\0',
            value = {
                "\\boxed{a}#a",
                "so \\boxed{a} or \\boxed{b}#b",
                "\\boxed{a}</think>\\boxed{b}#b",
                "</think>\\boxed{b}#b",
            })
    void behindAThoughtThatThePromptEndsABoxNeedsNoOtherEnd(String text, String expected) {
        for (Tokenizer tokenizer : new Tokenizer[] {byId, byText}) {
            AnswerExtractor extractor =
                    new AnswerExtractor(tokenizer, BoxRule.BALANCED, ThoughtFormat.of(ThoughtRule.NONE, tokenizer));
            assertThat(Toy.contentOf(extractor.extract(Toy.rollout(tokenizer, text))))
                    .isEqualTo(expected);
        }
    }

    @Test
    void behindAThoughtThatThePromptEndsOnlyTheBoxCanBeMissing() {
        AnswerExtractor extractor =
                new AnswerExtractor(byId, BoxRule.BALANCED, ThoughtFormat.of(ThoughtRule.NONE, byId));
        assertThat(extractor.extract(Toy.rollout(FinishReason.STOP_TOKEN, byId.encodeWithSpecials("a"))))
                .isEqualTo(new Prediction.Missing(MissingReason.NO_BOX));
        assertThat(extractor.extract(
                        Toy.rollout(FinishReason.STOP_TOKEN, byId.encodeWithSpecials("\\boxed{a}</think>"))))
                .isEqualTo(new Prediction.Missing(MissingReason.NO_BOX));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "so \\boxed{a}#a",
                "\\boxed{a} so \\boxed{b}#b",
                "\\boxed{a}\\boxed{b}#b",
                "so \\boxed{a}</think>\\boxed{b}#b",
                "</think>\\boxed{b}#b",
            })
    void anUnmarkedThoughtIsAnyTextBeforeTheBox(String text, String expected) {
        for (Tokenizer tokenizer : new Tokenizer[] {byId, byText}) {
            AnswerExtractor extractor =
                    new AnswerExtractor(tokenizer, BoxRule.BALANCED, ThoughtFormat.of(ThoughtRule.UNMARKED, tokenizer));
            assertThat(Toy.contentOf(extractor.extract(Toy.rollout(tokenizer, text))))
                    .isEqualTo(expected);
        }
    }

    @Test
    void aBoxWithoutAnyTextBeforeItHasNoUnmarkedThought() {
        for (Tokenizer tokenizer : new Tokenizer[] {byId, byText}) {
            AnswerExtractor extractor =
                    new AnswerExtractor(tokenizer, BoxRule.BALANCED, ThoughtFormat.of(ThoughtRule.UNMARKED, tokenizer));
            for (String text : new String[] {"\\boxed{a}", " \n\\boxed{a} so"}) {
                assertThat(extractor.extract(Toy.rollout(tokenizer, text)))
                        .isEqualTo(new Prediction.Missing(MissingReason.NO_THOUGHT));
            }
            assertThat(extractor.extract(Toy.rollout(tokenizer, "so \\boxed{a}</think>")))
                    .isEqualTo(new Prediction.Missing(MissingReason.NO_BOX));
        }
    }

    @Test
    void otherMarkersEndAThoughtByTheirBytes() {
        ThoughtFormat format = new ThoughtFormat(ThoughtRule.MARKED, new ThoughtMarkers("((", "aab"));
        AnswerExtractor extractor = new AnswerExtractor(byId, BoxRule.BALANCED, format);
        // the search must not lose the second a of aaab
        assertThat(Toy.contentOf(extractor.extract(Toy.rollout(byId, "\\boxed{x}aaab\\boxed{y}"))))
                .isEqualTo("y");
        assertThat(extractor.extract(Toy.rollout(byId, "</think>\\boxed{x}")))
                .isEqualTo(new Prediction.Missing(MissingReason.NO_THINK_END));
    }

    /** Ids that no token has, as in a model that is padded. */
    @Test
    void anIdWithoutATokenBelongsToNoBox() {
        for (Tokenizer tokenizer : new Tokenizer[] {byId, byText}) {
            int absent = tokenizer.vocabularySize() + 3;
            int[] thought = tokenizer.encodeWithSpecials("</think>");
            int[] split = Toy.joined(thought, tokenizer.encode("\\bo"), new int[] {absent}, tokenizer.encode("xed{a}"));
            int[] inside =
                    Toy.joined(thought, tokenizer.encode("\\boxed{a"), new int[] {absent}, tokenizer.encode("}"));
            AnswerExtractor extractor = new AnswerExtractor(tokenizer);

            assertThat(extractor.extract(Toy.rollout(FinishReason.STOP_TOKEN, split)))
                    .isEqualTo(new Prediction.Missing(MissingReason.NO_BOX));
            assertThat(((Prediction.Boxed) extractor.extract(Toy.rollout(FinishReason.STOP_TOKEN, inside))).content())
                    .containsExactly('a', 0xff);
            StopCondition.Scanner scanner = new ClosedBoxStop(tokenizer).newScanner();
            for (int token : split) {
                assertThat(scanner.endsWith(token)).isFalse();
            }
        }
    }

    @Test
    void aClosedBoxCountsEvenIfTheRolloutWasCutOff() {
        int[] tokens = byId.encodeWithSpecials("</think>\\boxed{a} and");
        assertThat(Toy.contentOf(new AnswerExtractor(byId).extract(Toy.rollout(FinishReason.LENGTH, tokens))))
                .isEqualTo("a");
    }

    @Test
    void aSpaceIsAPrediction() {
        assertThat(Toy.contentOf(new AnswerExtractor(byId).extract(Toy.rollout(byId, "</think>\\boxed{ }"))))
                .isEqualTo(" ");
    }

    @Test
    void newlinesAndTabsAreKept() {
        Prediction prediction = new AnswerExtractor(byId).extract(Toy.rollout(byId, "</think>\n\\boxed{\n\t\n}\n"));
        assertThat(Toy.contentOf(prediction)).isEqualTo("\n\t\n");
    }

    @Test
    void halfACharacterIsAPrediction() {
        int[] tokens = Toy.joined(
                byId.encodeWithSpecials("</think>\\boxed{"), new int[] {0xF0, 0x9F}, byId.encodeWithSpecials("}"));
        Prediction prediction = new AnswerExtractor(byId).extract(Toy.rollout(FinishReason.STOP_CONDITION, tokens));
        assertThat(((Prediction.Boxed) prediction).content()).containsExactly(0xF0, 0x9F);
    }

    @Test
    void theTextOfAThinkEndDoesNotStandForItsToken() {
        int[] tokens = byId.encode("</think>\\boxed{a}");
        assertThat(new AnswerExtractor(byId).extract(Toy.rollout(FinishReason.STOP_TOKEN, tokens)))
                .isEqualTo(new Prediction.Missing(MissingReason.NO_THINK_END));
    }

    @Test
    void aBoxMayEndInsideAToken() {
        int[] tokens = {
            byId.addedIdOf("</think>").orElseThrow(),
            byId.idOf("\\boxed{").orElseThrow(),
            byId.idOf("a}").orElseThrow()
        };
        assertThat(Toy.contentOf(new AnswerExtractor(byId).extract(Toy.rollout(FinishReason.STOP_TOKEN, tokens))))
                .isEqualTo("a");
    }

    @Test
    void anEmptyRolloutHasNoPrediction() {
        assertThat(new AnswerExtractor(byId).extract(Toy.rollout(FinishReason.STOP_TOKEN)))
                .isEqualTo(new Prediction.Missing(MissingReason.NO_THINK_END));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '\0',
            value = {
                "</think>\\boxed{}}#}",
                "</think>\\boxed{{}#{",
                "</think>\\boxed{a} b}#a} b",
                "</think>\\boxed{a}#a",
                "</think>\\boxed{a}\\boxed{b}#b",
            })
    void theGreedyRuleTakesTheLastBrace(String text, String expected) {
        AnswerExtractor greedy = new AnswerExtractor(byId, BoxRule.GREEDY_LAST_BRACE);
        assertThat(Toy.contentOf(greedy.extract(Toy.rollout(byId, text)))).isEqualTo(expected);
    }

    @Test
    void theGreedyRuleNeedsABraceToo() {
        AnswerExtractor greedy = new AnswerExtractor(byId, BoxRule.GREEDY_LAST_BRACE);
        assertThat(greedy.extract(Toy.rollout(byId, "</think>}\\boxed{a")))
                .isEqualTo(new Prediction.Missing(MissingReason.UNBALANCED));
    }
}
