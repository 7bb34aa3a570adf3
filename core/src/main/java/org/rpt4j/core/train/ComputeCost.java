package org.rpt4j.core.train;

/**
 * The convention for counting compute: C = 2N per generated or prompt token + 6N per updated token, in floating-point
 * operations, for N parameters. The shared prompt of a group is computed once and counts once. Attention over the
 * context, the reference policy of a penalty, verification and evaluation are not counted. An estimate for comparing runs of one model family, not a
 * measurement.
 *
 * @param parameters N, number of parameters
 * @since 0.1.0
 */
public record ComputeCost(long parameters) {

    /** The convention in one line, to print next to every number. */
    public static final String CONVENTION =
            "C = 2N per generated or prompt token + 6N per updated token (FLOPs, N parameters)";

    public ComputeCost {
        if (parameters < 1) {
            throw new IllegalArgumentException("parameters is " + parameters + ", must be positive");
        }
    }

    /**
     * Floating-point operations of an amount of work.
     *
     * @param read prompt tokens plus generated tokens
     * @param updated tokens that were trained on
     */
    public double flops(long read, long updated) {
        return 2.0 * parameters * read + 6.0 * parameters * updated;
    }
}
