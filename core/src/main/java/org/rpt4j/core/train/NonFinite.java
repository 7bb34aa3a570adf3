package org.rpt4j.core.train;

import java.util.List;
import org.rpt4j.api.TokenBatch;

/** Finds the first non-finite number of a batch and describes its position. */
final class NonFinite {

    private NonFinite() {}

    /** Whether a value is NaN or infinite. */
    static boolean isIn(double[] values) {
        for (double value : values) {
            if (!Double.isFinite(value)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Describes the position of the first non-finite value.
     *
     * @param what name of the values
     * @param values one per completion token of the batch
     * @param groups group id of each prompt of the batch
     */
    static String first(String what, double[] values, TokenBatch batch, List<Long> groups) {
        for (int g = 0; g < batch.promptCount(); g++) {
            int firstOfGroup = batch.groupOffsets()[g];
            for (int c = firstOfGroup; c < batch.groupOffsets()[g + 1]; c++) {
                int from = batch.completionOffsets()[c];
                for (int i = from; i < batch.completionOffsets()[c + 1]; i++) {
                    if (!Double.isFinite(values[i])) {
                        return what + " of token " + (i - from) + " of completion " + (c - firstOfGroup) + " of group "
                                + groups.get(g) + " is " + values[i];
                    }
                }
            }
        }
        return "every " + what + " is finite";
    }
}
