package org.rpt4j.samples.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.samples.stories.Habit;
import org.rpt4j.samples.stories.Inference;
import org.rpt4j.samples.stories.OrdinaryThought;
import org.rpt4j.samples.stories.Story;
import org.rpt4j.samples.stories.StoryGenerator;

/** Reads the written files with the Hugging Face library. */
class TokenizerFilesTest {

    @TempDir
    private static Path folder;

    private static List<Story> stories;
    private static List<String> texts;
    private static BpeVocabulary vocabulary;
    private static HuggingFaceTokenizer tokenizer;

    @BeforeAll
    static void write() throws IOException {
        StoryGenerator generator = new StoryGenerator();
        stories = LongStream.range(0, 1500).mapToObj(generator::story).toList();
        texts = stories.stream().flatMap(story -> texts(story).stream()).toList();
        vocabulary = new BpeTrainer(1024, TokenizerFiles.SPECIAL_TOKENS).train(texts);
        TokenizerFiles.write(vocabulary, folder, 512);
        tokenizer = HuggingFaceTokenizer.newInstance(folder.resolve("tokenizer.json"));
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @Test
    void theLanguageOfTheMachineChangesNoFile(@TempDir Path other) throws IOException {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            TokenizerFiles.write(vocabulary, other, 512);
        } finally {
            Locale.setDefault(before);
        }
        for (String name : List.of("tokenizer.json", "tokenizer_config.json")) {
            assertThat(other.resolve(name)).hasSameBinaryContentAs(folder.resolve(name));
        }
    }

    @Test
    void textRoundTrips() {
        for (String text :
                List.of(texts.get(0), " Grüße, 東京! \n\t don't 12345 {a}\\boxed{ 9}\n", "} }. }} \\boxed{.}")) {
            assertThat(tokenizer.decode(ids(text))).isEqualTo(text);
        }
    }

    @Test
    void idsMatchThoseOfAPlainEncoder() {
        ReferenceEncoder encoder = new ReferenceEncoder(vocabulary);
        List<String> samples = new ArrayList<>(texts.subList(0, 300));
        samples.addAll(
                List.of("<|user|>Hi<|assistant|><think> 2 + 2 = 4.</think> \\boxed{ 4}<|endoftext|>", "é  \n x'll"));
        for (String text : samples) {
            assertThat(ids(text))
                    .as(text)
                    .containsExactly(encoder.encode(text).stream()
                            .mapToLong(Integer::longValue)
                            .toArray());
        }
    }

    @Test
    void specialTokensAreSingleAndKnownAsSpecial() {
        for (int id = 0; id < TokenizerFiles.SPECIAL_TOKENS.size(); id++) {
            Encoding encoding = tokenizer.encode("a" + TokenizerFiles.SPECIAL_TOKENS.get(id) + "b", false, false);
            assertThat(encoding.getIds()).hasSize(3);
            assertThat(encoding.getIds()[1]).isEqualTo(id);
            assertThat(tokenizer.decode(encoding.getIds(), true)).isEqualTo("ab");
        }
    }

    @Test
    void everyAnswerIsOneToken() {
        for (Story story : stories) {
            for (Inference inference : story.inferences()) {
                assertThat(tokens(inference.answer())).hasSize(1);
                assertThat(tokens(" \\boxed{" + inference.answer() + "}"))
                        .hasSize(5)
                        .startsWith("Ġ\\", "boxed", "{")
                        .endsWith("}");
            }
        }
    }

    @Test
    void storiesAndThoughtsAreShort() {
        for (Story story : stories) {
            assertThat(tokens(story.text())).hasSizeBetween(60, 120);
            for (Inference inference : story.inferences()) {
                assertThat(tokens(Habit.CAREFUL.think(inference, story, new SplittableRandom(1))))
                        .hasSizeLessThanOrEqualTo(42);
            }
        }
    }

    @Test
    void theConfigurationNamesTheChatTemplate() throws IOException {
        assertThat(Files.readString(folder.resolve("tokenizer_config.json")))
                .contains("\"chat_template\": \"{% for message in messages %}<|user|>{{ message['content'] }}{% endfor"
                        + " %}")
                .contains("\"eos_token\": \"<|endoftext|>\"")
                .contains("\"model_max_length\": 512");
    }

    @Test
    void rejectsOtherSpecialTokensAndEmptyTexts() {
        BpeVocabulary other = new BpeTrainer(300, List.of("<s>")).train(List.of());
        assertThatIllegalArgumentException().isThrownBy(() -> TokenizerFiles.write(other, folder, 512));
        assertThatIllegalArgumentException().isThrownBy(() -> TokenizerFiles.write(vocabulary, folder, 0));
    }

    private static List<String> texts(Story story) {
        SplittableRandom random = new SplittableRandom(1);
        List<String> texts = new ArrayList<>(List.of(story.text(), OrdinaryThought.think(random)));
        for (Inference inference : story.inferences()) {
            Arrays.stream(Habit.values())
                    .map(habit -> habit.think(inference, story, random) + " \\boxed{" + inference.answer() + "}")
                    .forEach(texts::add);
        }
        return texts;
    }

    private static long[] ids(String text) {
        return tokenizer.encode(text, false, false).getIds();
    }

    private static String[] tokens(String text) {
        return tokenizer.encode(text, false, false).getTokens();
    }
}
