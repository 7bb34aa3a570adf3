package org.rpt4j.spi.kit;

import org.rpt4j.api.error.OperationCancelledException;

/**
 * Ends long work on an interrupted thread (rules P9, P21 and T18 of {@code docs/contract.md}). Stateless.
 *
 * @since 0.1.0
 */
public final class Interrupts {

    private Interrupts() {}

    /**
     * Fails if the calling thread is interrupted, and leaves it so. Call it before long work, and in it after every
     * token.
     *
     * @param operation what is interrupted, such as {@code generation}
     * @throws OperationCancelledException if the thread is interrupted
     */
    public static void check(String operation) {
        if (Thread.currentThread().isInterrupted()) {
            throw new OperationCancelledException(operation + " was interrupted");
        }
    }
}
