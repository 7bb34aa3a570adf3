package org.rpt4j.core.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rpt4j.api.ScoredPosition;
import org.rpt4j.api.TaskDocument;

/** Tokenized documents: their equality and their text. */
class DocumentValueTest {

    private static TaskDocument selected(String id, int token, int position) {
        return new TaskDocument(id, new int[] {1, 2, token}, 0, List.of(new ScoredPosition(9, position, 1.5, true)));
    }

    private static TokenizedDocument tokenized(String id, int token, int firstTarget) {
        return new TokenizedDocument(id, new int[] {1, token}, firstTarget);
    }

    static Stream<Arguments> families() {
        return Stream.of(
                family(() -> selected("a", 3, 1), selected("b", 3, 1), selected("a", 4, 1), selected("a", 3, 2)),
                family(() -> tokenized("a", 2, 0), tokenized("b", 2, 0), tokenized("a", 3, 0), tokenized("a", 2, 1)));
    }

    private static Arguments family(Supplier<Object> value, Object... others) {
        return arguments(value.get().getClass().getSimpleName(), value, List.of(others));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("families")
    void valuesAreEqualByContentAndAnyDifferenceCounts(String name, Supplier<Object> value, List<Object> others) {
        assertThat(value.get()).isEqualTo(value.get()).hasSameHashCodeAs(value.get());
        assertThat(others).isNotEmpty().doesNotContain(value.get()).doesNotHaveDuplicates();
    }

    @Test
    void aDocumentPrintsItsSizeAndNotItsTokens() {
        assertThat(new TaskDocument("doc", new int[10_000], 0, List.of()))
                .hasToString("TaskDocument[doc, 10000 tokens, 0 positions]");
        assertThat(new TokenizedDocument("doc", new int[10_000], 7))
                .hasToString("TokenizedDocument[doc, 10000 tokens, targets from 7]");
    }

    @Test
    void badDocumentsAreRefusedByName() {
        assertThatNullPointerException()
                .isThrownBy(() -> new TaskDocument("doc", null, 0, List.of()))
                .withMessage("tokens");
        assertThatNullPointerException()
                .isThrownBy(() -> new TokenizedDocument(null, new int[1]))
                .withMessage("id");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tokenized("doc", 1, 3))
                .withMessage("firstTarget is 3 in document doc of 2 tokens");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> selected("doc", 3, 3))
                .withMessageStartingWith("position 3 of document doc follows 0 among 3 tokens");
    }
}
