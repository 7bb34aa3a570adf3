package org.rpt4j.core.train;

import java.util.function.Consumer;
import org.rpt4j.api.error.BackendFailureException;
import org.rpt4j.api.error.BackendMemoryException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.RptException;

/** Tells listeners of a batch with which the backend failed, and makes the error that names it. */
final class BatchFaults {

    private final Consumer<TrainingEvent> events;

    BatchFaults(Consumer<TrainingEvent> events) {
        this.events = events;
    }

    void tell(TrainingEvent event) {
        events.accept(event);
    }

    /**
     * What to throw where the memory did not suffice and nothing has changed.
     *
     * @param advice what to do
     */
    BackendMemoryException shortage(long step, String operation, FailedBatch batch, Throwable error, String advice) {
        tell(new TrainingEvent.BatchFailed(step, batch));
        return new BackendMemoryException(
                describe(step, operation, batch) + ": not enough memory: " + error.getMessage() + ". " + advice, error);
    }

    /**
     * What to throw for any other error: {@link BackendFailureException} for one of the backend, whatever its type;
     * the error itself if it has a type of its own.
     */
    RuntimeException failure(long step, String operation, FailedBatch batch, Throwable error) {
        if (error instanceof OperationCancelledException cancelled) {
            return cancelled;
        }
        tell(new TrainingEvent.BatchFailed(step, batch));
        if (error instanceof RptException typed && !(error instanceof BackendFailureException)) {
            return typed;
        }
        String cause = error instanceof BackendFailureException ? error.getMessage() : error.toString();
        return new BackendFailureException(describe(step, operation, batch) + ": " + cause, error);
    }

    private static String describe(long step, String operation, FailedBatch batch) {
        return operation + " failed in step " + step + ", phase " + batch.phase() + ", with " + batch.size()
                + " tokens";
    }
}
