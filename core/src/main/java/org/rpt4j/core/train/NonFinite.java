package org.rpt4j.core.train;

import java.util.List;

/** Finds the first number of a batch that is not finite, and says where it is. */
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
     * Where a value is that is not finite.
     *
     * @param what name of the values
     * @param values one per completion token of the groups, in their order
     */
    static String first(String what, double[] values, List<FailedBatch.Group> groups) {
        int index = 0;
        for (FailedBatch.Group group : groups) {
            for (FailedBatch.Completion completion : group.completions()) {
                for (int t = 0; t < completion.tokens().length; t++, index++) {
                    if (!Double.isFinite(values[index])) {
                        return what + " of token " + t + " of completion " + completion.member() + " of group "
                                + group.id() + " is " + values[index];
                    }
                }
            }
        }
        return "every " + what + " is finite";
    }
}
