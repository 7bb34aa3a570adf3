package org.rpt4j.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GroundTruthTest {

    private static final GroundTruth TRUTH = new GroundTruth(new byte[7], new int[] {2, 3, 7});

    @Test
    void onlyTheEndsOfTokensAreBoundaries() {
        assertThat(IntStream.rangeClosed(-1, 8).filter(TRUTH::isBoundary)).containsExactly(2, 3, 7);
    }

    @Test
    void tokensAreCountedOnlyAtBoundaries() {
        assertThat(TRUTH.tokensIn(2)).isEqualTo(1);
        assertThat(TRUTH.tokensIn(7)).isEqualTo(3);
        assertThatThrownBy(() -> TRUTH.tokensIn(4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("4 is not a token boundary of [2, 3, 7]");
    }

    @Test
    void boundariesMustIncreaseAndEndWithTheBytes() {
        assertThatThrownBy(() -> new GroundTruth(new byte[3], new int[] {2, 2, 3}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("boundaries [2, 2, 3] do not increase");
        assertThatThrownBy(() -> new GroundTruth(new byte[3], new int[] {0, 3}))
                .hasMessage("boundaries [0, 3] do not increase");
        assertThatThrownBy(() -> new GroundTruth(new byte[3], new int[] {1, 2}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("last boundary is 2 for 3 bytes");
        assertThat(new GroundTruth(new byte[0], new int[0]).isBoundary(0)).isFalse();
    }

    @Test
    void aTaskNeedsAContextAndAContinuation() {
        assertThatThrownBy(() -> new PredictionTask(1, "doc", 4, new int[0], 5, TRUTH, 1.5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("task at doc:4 has no context");
        GroundTruth nothing = new GroundTruth(new byte[0], new int[0]);
        assertThatThrownBy(() -> new PredictionTask(1, "doc", 4, new int[] {1}, 5, nothing, 1.5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("task at doc:4 has no continuation");
    }
}
