package org.rpt4j.fuzz;

import java.util.concurrent.Callable;
import org.rpt4j.api.error.RptException;

/** What every reader promises for every input. Stateless. */
final class Promise {

    private Promise() {}

    /**
     * Reads, and permits only success or the typed errors.
     *
     * @throws AssertionError if an error has no message
     */
    static void readsOrRefuses(Callable<?> reader) throws Exception {
        try {
            reader.call();
        } catch (RptException e) {
            if (e.getMessage() == null || e.getMessage().isBlank()) {
                throw new AssertionError("an error without a message", e);
            }
        }
    }
}
