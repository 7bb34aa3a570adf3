package org.rpt4j.tck.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.model.format.AdapterWriter;
import org.rpt4j.model.format.Experts;
import org.rpt4j.model.format.LoraOptions;
import org.rpt4j.model.format.WeightLayout.LayerWeight;
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
            // No token has to choose an expert; see the test below.
            if (!model.layout().all().get(i).name().contains(".experts.")) {
                assertThat(largest)
                        .as("%s has a gradient", model.layout().all().get(i))
                        .isPositive();
            }
            for (int n = 0; n < ELEMENTS_PER_WEIGHT; n++) {
                int element = CounterRandom.below(gradients[i].length, 5, i, n);
                assertThat(gradients[i][element])
                        .as("%s element %d", model.layout().all().get(i), element)
                        .isCloseTo(difference(model, batch, weights, i, element), within(1e-7 * (1 + largest)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"QWEN3_MOE", "QWEN3_MOE_MIXED"})
    void theExpertsThatTokensChooseHaveAGradient(TinyFamily family) {
        ReferenceModel model = family.model();
        TokenBatch batch = TokenBatch.builder(TEMPERATURE)
                .add(new int[] {9}, List.of(new int[] {3}))
                .build();
        double[][] gradients = ReferenceGradients.of(model, batch, TokenValues.of(batch, new double[] {1}));
        Experts experts = family.config().switches().experts();
        long withGradient = IntStream.range(0, experts.count())
                .mapToObj(expert -> gradients[model.layout().index(0, expert, LayerWeight.DOWN)])
                .filter(gradient -> Arrays.stream(gradient).anyMatch(g -> g != 0))
                .count();
        assertThat(withGradient).isEqualTo(experts.perToken());
    }

    @ParameterizedTest
    @EnumSource
    void everyWeightOfAnAdapterAgreesWithFiniteDifferences(TinyModel kind, @TempDir Path folder) {
        ModelSource base = kind.write(folder.resolve("model"));
        LoraOptions form =
                LoraOptions.builder().rank(3).alpha(5).rankStabilised(true).build();
        AdapterWriter.initialize(folder.resolve("adapter"), base, form, 4);
        ReferenceAdapter adapter = ReferenceAdapter.read(base.withAdapter(folder.resolve("adapter")));
        for (int i = 1; i < adapter.values().length; i += 2) {
            for (int j = 0; j < adapter.values()[i].length; j++) {
                adapter.values()[i][j] = CounterRandom.uniform(6, 0, i, 0, j) - 0.5;
            }
        }
        adapter.changed();
        TokenBatch batch = TokenBatch.builder(TEMPERATURE)
                .add(new int[] {1, 7, 7, 30, 12, 4}, List.of(new int[] {5, 9, 36, 2}, new int[] {8}))
                .build();
        double[] weights = {0.7, -1.3, 0, 2, -0.4};
        double[][] gradients =
                adapter.gradients(ReferenceGradients.of(adapter.adapted(), batch, TokenValues.of(batch, weights)));
        for (int i = 0; i < gradients.length; i++) {
            double largest = Arrays.stream(gradients[i]).map(Math::abs).max().orElseThrow();
            assertThat(largest).as("%s has a gradient", adapter.specs().get(i)).isPositive();
            for (int n = 0; n < ELEMENTS_PER_WEIGHT; n++) {
                int element = CounterRandom.below(gradients[i].length, 5, i, n);
                double original = adapter.values()[i][element];
                double above = objective(adapter, i, element, original + STEP, batch, weights);
                double below = objective(adapter, i, element, original - STEP, batch, weights);
                objective(adapter, i, element, original, batch, weights);
                assertThat(gradients[i][element])
                        .as("%s element %d", adapter.specs().get(i), element)
                        .isCloseTo((above - below) / (2 * STEP), within(1e-7 * (1 + largest)));
            }
        }
    }

    private static double objective(
            ReferenceAdapter adapter, int index, int element, double value, TokenBatch batch, double[] weights) {
        adapter.values()[index][element] = value;
        adapter.changed();
        return objective(adapter.adapted(), batch, weights);
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
