package org.rpt4j.core.tokenize;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The ids of the Hugging Face library, for random texts. {@code -Drpt4j.agreement.texts=100000} compares more of them.
 */
class EncoderAgreementTest {

    private static final int TEXTS = Integer.getInteger("rpt4j.agreement.texts", 300);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource
    void byteLevelTokenizersGiveTheIdsOfTheLibrary(SampleTokenizers.ByteLevel variant) throws IOException {
        compare(variant.write(directory));
    }

    @ParameterizedTest
    @EnumSource
    void sentencePieceTokenizersGiveTheIdsOfTheLibrary(SampleTokenizers.SentencePiece variant) throws IOException {
        compare(variant.write(directory));
    }

    @ParameterizedTest
    @ValueSource(strings = {"lstrip", "rstrip", "single_word", "normalized"})
    void addedTokensAreFoundAsTheLibraryFindsThem(String flag) throws IOException {
        SampleTokenizers.ByteLevel.QWEN.write(directory);
        TinyTokenizers.addToken(
                directory, "the", token -> token.put("special", false).put(flag, true));
        compare(directory);
        SampleTokenizers.SentencePiece.LLAMA_2.write(directory);
        TinyTokenizers.addToken(
                directory, "SEP", token -> token.put("special", false).put(flag, true));
        compare(directory);
    }

    private static void compare(Path directory) throws IOException {
        RandomTexts texts = new RandomTexts(17);
        try (Tokenizer own = Tokenizer.open(directory);
                Binding library = new Binding(directory)) {
            for (int i = 0; i < TEXTS; i++) {
                String text = texts.next();
                assertThat(own.encodeWithSpecials(text)).as(text).isEqualTo(library.encode(text));
            }
        }
    }
}
