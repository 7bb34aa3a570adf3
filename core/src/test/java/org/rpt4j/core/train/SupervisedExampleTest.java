package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class SupervisedExampleTest {

    private static SupervisedExample example(int prompt, int completion) {
        return new SupervisedExample(new int[] {1, prompt}, List.of(new int[] {3}, new int[] {4, completion}));
    }

    @Test
    void valuesAreEqualByContentAndAnyDifferenceCounts() {
        assertThat(example(2, 5)).isEqualTo(example(2, 5)).hasSameHashCodeAs(example(2, 5));
        assertThat(List.of(example(3, 5), example(2, 6), new SupervisedExample(new int[] {1, 2}, new int[] {3})))
                .doesNotContain(example(2, 5))
                .doesNotHaveDuplicates();
    }

    @Test
    void aValuePrintsItsSizeAndNotItsTokens() {
        int[] tokens = new int[10_000];
        assertThat(new SupervisedExample(tokens, List.of(tokens, tokens)))
                .hasToString("SupervisedExample[10000 prompt tokens, 2 completions of 20000 tokens]");
    }

    @Test
    void badValuesAreRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SupervisedExample(new int[0], new int[] {1}))
                .withMessageStartingWith("an example needs a token in the prompt");
    }
}
