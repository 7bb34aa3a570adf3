package org.rpt4j.core.phase;

/**
 * The time of one phase, written as a JFR event named {@code rpt4j.Rollout}, {@code rpt4j.Update} and so on when it is
 * closed; with a runtime that has no {@code jdk.jfr}, nothing is written. Confined to one thread.
 *
 * <pre>{@code
 * try (PhaseSpan span = PhaseSpan.begin(Phase.ROLLOUT, step)) {
 *     ...
 *     span.count(groups, tokens);
 * }
 * }</pre>
 */
public interface PhaseSpan extends AutoCloseable {

    /**
     * Begins a phase.
     *
     * @param step number of the step, or -1 outside of training
     */
    static PhaseSpan begin(Phase phase, long step) {
        return JfrSupport.AVAILABLE ? JfrSpan.begin(phase, step) : (items, tokens) -> {};
    }

    /**
     * What was worked on, if it is known; the last call counts.
     *
     * @param items documents, groups or files
     * @param tokens tokens sampled, scored or trained
     */
    void count(long items, long tokens);

    /** Ends the phase. */
    @Override
    default void close() {}
}
