package org.rpt4j.fuzz;

import java.util.concurrent.Callable;
import org.rpt4j.api.error.RptException;

/** What every reader promises on every input. Stateless. */
final class Promise {

    private Promise() {}

    /**
     * Reads, and lets only the typed errors be an outcome beside success.
     *
     * @throws AssertionError if an error says nothing
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
