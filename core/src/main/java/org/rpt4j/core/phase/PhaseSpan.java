package org.rpt4j.core.phase;

/**
 * The time span of one phase, written on close as a JFR event named {@code rpt4j.Rollout}, {@code rpt4j.Update} and so
 * on. On a runtime without {@code jdk.jfr} nothing is written. Confined to one thread.
 *
 * <pre>{@code
 * try (PhaseSpan span = PhaseSpan.begin(Phase.ROLLOUT, step)) {
 *     ...
 *     span.count(groups, tokens);
 * }
 * }</pre>
 *
 * @since 0.1.0
 */
public interface PhaseSpan extends AutoCloseable {

    /**
     * Begins a phase.
     *
     * @param step step number, or -1 outside training
     */
    static PhaseSpan begin(Phase phase, long step) {
        return JfrSupport.AVAILABLE ? JfrSpan.begin(phase, step) : (items, tokens) -> {};
    }

    /**
     * Records the amount of work, if known; the last call wins.
     *
     * @param items number of documents, groups or files
     * @param tokens number of tokens sampled, scored or trained
     */
    void count(long items, long tokens);

    /** Ends the phase. */
    @Override
    default void close() {}
}
