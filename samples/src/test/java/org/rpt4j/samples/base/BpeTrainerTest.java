package org.rpt4j.samples.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rpt4j.samples.base.BpeVocabulary.Merge;

class BpeTrainerTest {

    private static final int BYTES = 256;

    @Test
    void mergesTheMostFrequentPairFirst() {
        BpeVocabulary vocabulary = new BpeTrainer(BYTES + 2, List.of()).train(List.of("abb abb cb"));
        assertThat(vocabulary.merges()).startsWith(new Merge("a", "b"));
        assertThat(vocabulary.tokens()).hasSize(BYTES + 2).endsWith("ab", "abb");
    }

    @Test
    void breaksTiesInStringOrder() {
        BpeVocabulary vocabulary = new BpeTrainer(BYTES + 2, List.of()).train(List.of("xy", "pq"));
        assertThat(vocabulary.merges()).containsExactly(new Merge("p", "q"), new Merge("x", "y"));
    }

    @Test
    void stopsWhenNothingIsLeftToMerge() {
        assertThat(new BpeTrainer(BYTES + 100, List.of()).train(List.of("abc")).tokens())
                .hasSize(BYTES + 2);
    }

    @Test
    void bracesStayAlone() {
        List<String> texts = List.of("\\boxed{}}. {{x}} }}\n}, {} a{b}c", "\\boxed{ 9}<think>");
        BpeVocabulary vocabulary = new BpeTrainer(BYTES + 200, TokenizerFiles.SPECIAL_TOKENS).train(texts);
        assertThat(vocabulary.tokens()).filteredOn(token -> token.contains("{")).containsExactly("{");
        assertThat(vocabulary.tokens()).filteredOn(token -> token.contains("}")).containsExactly("}");
        assertThat(vocabulary.tokens()).contains("boxed");
    }

    @Test
    void specialTokensComeFirstAndAreNotLearned() {
        BpeVocabulary vocabulary = new BpeTrainer(BYTES + 50, TokenizerFiles.SPECIAL_TOKENS)
                .train(List.of("<think> a</think>", "<think> b</think>"));
        assertThat(vocabulary.tokens()).startsWith("<|endoftext|>", "<|user|>", "<|assistant|>", "<think>", "</think>");
        assertThat(vocabulary.merges()).containsExactly(new Merge("Ġ", "a"), new Merge("Ġ", "b"));
    }

    @Test
    void theOrderOfTheTextsDoesNotMatter() {
        BpeTrainer trainer = new BpeTrainer(BYTES + 20, List.of());
        assertThat(trainer.train(List.of("the cat sat", "on the mat")))
                .isEqualTo(trainer.train(List.of("on the mat", "the cat sat")));
    }

    @Test
    void rejectsVocabulariesWithoutRoomForTheBytes() {
        assertThatIllegalArgumentException().isThrownBy(() -> new BpeTrainer(BYTES - 1, List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new BpeTrainer(BYTES, List.of("<s>")));
        assertThatIllegalArgumentException().isThrownBy(() -> new BpeTrainer(1024, List.of("a")));
    }
}
