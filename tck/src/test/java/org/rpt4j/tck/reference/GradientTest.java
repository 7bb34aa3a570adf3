package org.rpt4j.tck.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.tck.TinyFamily;
import org.rpt4j.tck.TinyModel;

/** The hand-written backward pass against central finite differences, for every weight of every kind of model. */
class GradientTest {

    private static final double TEMPERATURE = 0.8;
    private static final int ELEMENTS_PER_WEIGHT = 12;
    private static final double STEP = 1e-5;

    @ParameterizedTest
    @EnumSource
    void everyWeightAgreesWithFiniteDifferences(TinyModel kind) {
        requireDerivatives(kind.model());
    }

    @ParameterizedTest
    @EnumSource
    void everyWeightOfAFamilyAgreesWithFiniteDifferences(TinyFamily family) {
        requireDerivatives(family.model());
    }

    private static void requireDerivatives(ReferenceModel model) {
        TokenBatch batch = TokenBatch.builder(TEMPERATURE)
                .add(new int[] {1, 7, 7, 30, 12, 4}, List.of(new int[] {5, 9, 36, 2}, new int[] {8}))
                .add(new int[] {0}, List.of(new int[] {3, 3, 17, 0, 21}))
                .build();
        double[] weights = {0.7, -1.3, 0, 2, -0.4, 1.1, -0.6, 0.9, 1.7, -2.1};
        double[][] gradients = ReferenceGradients.of(model, batch, TokenValues.of(batch, weights));
        for (int i = 0; i < gradients.length; i++) {
            double largest = Arrays.stream(gradients[i]).map(Math::abs).max().orElseThrow();
            assertThat(largest)
                    .as("%s has a gradient", model.layout().all().get(i))
                    .isPositive();
            for (int n = 0; n < ELEMENTS_PER_WEIGHT; n++) {
                int element = CounterRandom.below(gradients[i].length, 5, i, n);
                assertThat(gradients[i][element])
                        .as("%s element %d", model.layout().all().get(i), element)
                        .isCloseTo(difference(model, batch, weights, i, element), within(1e-7 * (1 + largest)));
            }
        }
    }

    private static double difference(ReferenceModel model, TokenBatch batch, double[] weights, int index, int element) {
        double[] values = model.weights()[index];
        double original = values[element];
        values[element] = original + STEP;
        double above = objective(model, batch, weights);
        values[element] = original - STEP;
        double below = objective(model, batch, weights);
        values[element] = original;
        return (above - below) / (2 * STEP);
    }

    private static double objective(ReferenceModel model, TokenBatch batch, double[] weights) {
        double[] logProbs = new double[batch.completionTokenCount()];
        for (BatchSequence sequence : BatchSequence.of(batch)) {
            SequenceLogProbs.read(sequence, sequence.forward(model), TEMPERATURE, logProbs);
        }
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += weights[i] * logProbs[i];
        }
        return sum;
    }
}
