package org.rpt4j.cli.serve;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.ContextOverflowException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.TokenizerException;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.cli.serve.Engine.Outcome;
import org.rpt4j.cli.serve.Engine.Piece;

/** A request on its way to its answer: it waits, runs and ends, or is cancelled. Thread-safe. */
final class Job {

    /** Why a request is not answered to its end. */
    enum Cancelled {
        CLIENT_GONE,
        DEADLINE,
        STOPPING;

        /** For a meter. */
        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final TextRequest request;
    private final Answer answer;
    private final ServerMeters meters;
    private final ServerLog log;
    private @Nullable Thread runner;
    private @Nullable Cancelled cancelled;

    Job(TextRequest request, Answer answer, ServerMeters meters, ServerLog log) {
        this.request = request;
        this.answer = answer;
        this.meters = meters;
        this.log = log;
    }

    /** Runs on the calling thread, which is interrupted if the job is cancelled, and no longer is when this returns. */
    void run(Engine engine) {
        if (!begin()) {
            return;
        }
        try {
            generate(engine);
        } finally {
            end();
        }
    }

    /**
     * Ends it soon.
     *
     * @return whether it had not begun, so that it is over now
     */
    synchronized boolean cancel(Cancelled reason) {
        if (cancelled != null) {
            return false;
        }
        cancelled = reason;
        if (runner != null) {
            runner.interrupt();
            return false;
        }
        breakOff();
        return true;
    }

    private synchronized boolean begin() {
        if (cancelled == null) {
            runner = Thread.currentThread();
        }
        return runner != null;
    }

    private synchronized void end() {
        runner = null;
        cancelled = cancelled == null ? Cancelled.CLIENT_GONE : cancelled; // nothing is left to cancel
        Thread.interrupted();
    }

    private void generate(Engine engine) {
        try {
            Outcome outcome = engine.generate(request, metered(answer));
            answer.finish(outcome);
            meters.finished(outcome.usage());
        } catch (ApiError e) {
            answer.fail(e);
        } catch (ContextOverflowException e) {
            answer.fail(ApiError.request(HttpResponseStatus.BAD_REQUEST, "context_length_exceeded", e.getMessage()));
        } catch (TokenizerException e) {
            answer.fail(ApiError.request(HttpResponseStatus.BAD_REQUEST, "invalid_prompt", e.getMessage()));
        } catch (UnsupportedCapabilityException e) {
            answer.fail(ApiError.request(HttpResponseStatus.BAD_REQUEST, "unsupported_value", e.getMessage()));
        } catch (OperationCancelledException | InterruptedException e) {
            breakOff();
        } catch (RuntimeException | Error e) {
            // One request that fails must not take the others with it; its error may be the last that memory allows.
            log.failure(e);
            answer.fail(ApiError.server(
                    HttpResponseStatus.INTERNAL_SERVER_ERROR,
                    "internal_error",
                    "The model failed to answer. The log of the server has the cause."));
        }
    }

    /** Says why there is no whole answer, if somebody is still there to hear it. */
    private synchronized void breakOff() {
        Cancelled reason = cancelled == null ? Cancelled.CLIENT_GONE : cancelled;
        meters.cancelled(reason);
        switch (reason) {
            case CLIENT_GONE -> answer.abandon();
            case DEADLINE ->
                answer.fail(ApiError.server(
                        HttpResponseStatus.GATEWAY_TIMEOUT,
                        "deadline_exceeded",
                        "The answer took longer than this server allows. Ask for fewer tokens."));
            case STOPPING -> answer.fail(stopping());
        }
    }

    /** The error of a server that is about to end. */
    static ApiError stopping() {
        return ApiError.server(HttpResponseStatus.SERVICE_UNAVAILABLE, "server_stopping", "The server is stopping.");
    }

    private Engine.Output metered(Answer answer) {
        long start = System.nanoTime();
        return new Engine.Output() {
            private boolean first = true;

            @Override
            public void started() throws InterruptedException {
                answer.started();
            }

            @Override
            public void piece(Piece piece) throws InterruptedException {
                if (first) {
                    first = false;
                    meters.firstPiece(System.nanoTime() - start);
                }
                answer.piece(piece);
            }
        };
    }
}
