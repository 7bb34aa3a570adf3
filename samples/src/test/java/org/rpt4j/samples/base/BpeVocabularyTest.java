package org.rpt4j.samples.base;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rpt4j.samples.base.BpeVocabulary.Merge;

class BpeVocabularyTest {

    @Test
    void rejectsDuplicateTokens() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BpeVocabulary(List.of("a", "a"), List.of(), List.of()));
    }

    @Test
    void rejectsSpecialTokensThatDoNotComeFirst() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BpeVocabulary(List.of("a", "<s>"), List.of("<s>"), List.of()));
    }

    @Test
    void rejectsMergesWithoutTheirToken() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BpeVocabulary(List.of("a", "b", "ba"), List.of(), List.of(new Merge("a", "b"))));
        assertThatIllegalArgumentException().isThrownBy(() -> new Merge("", "b"));
    }
}
