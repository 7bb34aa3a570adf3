package org.rpt4j.answers.compare;

import org.rpt4j.answers.compare.Judgement.Outcome;

/**
 * A computer algebra system of the application's, which is asked about answers that {@link MathComparison} cannot
 * decide. Found by {@link java.util.ServiceLoader}, or given to a comparison. Deterministic, thread-safe, and bounded
 * in time: the answers may be anything a model writes.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface SymbolicEquality {

    /**
     * Compares two answers.
     *
     * @param predicted what a model wrote, as LaTeX or as plain text
     * @param gold the known answer
     * @return {@link Outcome#UNDECIDED} for whatever the system does not know
     */
    Outcome compare(String predicted, String gold);
}
