package org.rpt4j.tck.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rpt4j.tck.TinyFamily;

/**
 * The reference against golden numbers: log-probabilities of the tokens after the first, the fifth and the last but one,
 * computed with NumPy in float64 from the files of each model. That program follows the formulas of transformers' model
 * classes (fused tensors split, heads repeated, rotation by concatenated halves, masks added to scores) and shares
 * nothing with this code. The text is longer than every window.
 */
class FamiliesGoldenTest {

    private static final int[] TEXT = {3, 9, 30, 4, 4, 21, 7, 1, 0, 12, 36};

    @ParameterizedTest
    @CsvSource({
        "MIMO, -4.8265046065869885, -2.1488134300093127, -3.103238470459134",
        "SMOLLM3, -2.6180227413317203, -4.757486897960116, -3.089056826993283",
        "QWEN3_YARN, -5.276402456359133, -3.6118784462322715, -4.990152139767931",
        "PHI3, -4.9123072666988, -2.929900656311249, -5.436929767691856",
        "OLMO2, -4.357687168643635, -4.308215848275197, -2.8589147054668524",
        "GEMMA3, -2.0642824552378833, -6.576834238506804, -5.034709751050684",
        "QWEN3_MOE, -5.694207045675306, -5.195783112449988, -4.237822067695001",
        "QWEN3_MOE_MIXED, -3.6610625235020695, -4.907418523619007, -4.003740613459021"
    })
    void logProbsAreThoseOfThePublishedFormulas(TinyFamily family, double first, double fifth, double last) {
        ReferenceForward forward = new ReferenceForward(family.model()).append(TEXT);
        assertThat(logProb(forward, 0)).isCloseTo(first, within(1e-11));
        assertThat(logProb(forward, 4)).isCloseTo(fifth, within(1e-11));
        assertThat(logProb(forward, TEXT.length - 2)).isCloseTo(last, within(1e-11));
    }

    private static double logProb(ReferenceForward forward, int position) {
        return Softmax.logProbs(forward.logits(position), 1)[TEXT[position + 1]];
    }
}
