package org.rpt4j.backend.onnx;

import org.rpt4j.api.error.OperationCancelledException;

/** Ends work on an interrupted thread. Stateless. */
final class Interrupts {

    private Interrupts() {}

    /** Fails if the calling thread is interrupted, and leaves it so. */
    static void check(String operation) {
        if (Thread.currentThread().isInterrupted()) {
            throw new OperationCancelledException(operation + " was interrupted");
        }
    }
}
