package org.rpt4j.spi.kit;

import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.error.NumericalException;

/**
 * Refuses results that are NaN or infinite (rules P30, P31, S14 and T29 of {@code docs/contract.md}). A softmax carries
 * any NaN or positive infinity among its logits into every log-probability, so checking the one number that is computed
 * anyway costs nothing. Stateless.
 *
 * @since 0.1.0
 */
public final class FiniteNumbers {

    private FiniteNumbers() {}

    /**
     * The log-probabilities of a batch, checked.
     *
     * @param values one per completion token, in nats
     * @throws NumericalException if one is NaN or infinite; it names the token
     */
    public static TokenValues logProbs(TokenBatch batch, double[] values) {
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                int[] offsets = batch.completionOffsets();
                int completion = 0;
                while (offsets[completion + 1] <= i) {
                    completion++;
                }
                throw refused(
                        "the log-probability of token " + (i - offsets[completion]) + " of completion " + completion
                                + " of the batch",
                        values[i]);
            }
        }
        return TokenValues.of(batch, values);
    }

    static void require(String what, double value) {
        if (!Double.isFinite(value)) {
            throw refused(what, value);
        }
    }

    private static NumericalException refused(String what, double value) {
        return new NumericalException(what + " is " + value
                + ": the logits before it are not finite. The model overflows in this precision, or its weights are"
                + " damaged.");
    }
}
