package org.rpt4j.spi.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.error.NumericalException;

class FiniteNumbersTest {

    private static final TokenBatch BATCH = TokenBatch.builder(1)
            .add(new int[] {1}, List.of(new int[] {2}, new int[] {3, 4, 5}))
            .build();

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY})
    void aLogProbabilityThatIsNotFiniteIsRefusedWithItsToken(double bad) {
        assertThatThrownBy(() -> FiniteNumbers.logProbs(BATCH, new double[] {-1, -1, bad, -1}))
                .isInstanceOf(NumericalException.class)
                .hasMessageContaining("token 1 of completion 1 of the batch is " + bad);
    }

    @Test
    void finiteLogProbabilitiesPass() {
        double[] values = {-1, -2, -Double.MAX_VALUE, 0};

        assertThat(FiniteNumbers.logProbs(BATCH, values).values()).containsExactly(values);
    }

    @Test
    void aSampledTokenWithoutALogProbabilityIsRefused() {
        RunningCompletion completion =
                new RunningCompletion(new Prompt(17, new int[] {1}), 2, SamplingOptions.greedy(5), 10);
        completion.append(4, -0.5);

        assertThatThrownBy(() -> completion.append(0, Double.NaN))
                .isInstanceOf(NumericalException.class)
                .hasMessageContaining("token 1 of completion 2 of prompt 17");
    }
}
