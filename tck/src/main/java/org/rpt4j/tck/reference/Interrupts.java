package org.rpt4j.tck.reference;

import org.rpt4j.api.error.OperationCancelledException;

/** Ends work on an interrupted thread. Stateless. */
final class Interrupts {

    private Interrupts() {}

    /** Leaves the interrupt status set, as a thread's owner expects of an unchecked exception. */
    static void check(String operation) {
        if (Thread.currentThread().isInterrupted()) {
            throw new OperationCancelledException("interrupted while " + operation);
        }
    }
}
