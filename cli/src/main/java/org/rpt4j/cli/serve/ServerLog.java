package org.rpt4j.cli.serve;

import java.io.PrintWriter;

/** What the server tells its operator: failures, never what a request or an answer says. Thread-safe. */
final class ServerLog {

    private final PrintWriter err;

    ServerLog(PrintWriter err) {
        this.err = err;
    }

    void failure(Throwable error) {
        synchronized (err) {
            err.println("rpt4j: a request failed: " + error);
            error.printStackTrace(err);
            err.flush();
        }
    }
}
