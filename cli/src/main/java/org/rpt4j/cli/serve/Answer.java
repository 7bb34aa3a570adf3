package org.rpt4j.cli.serve;

import org.rpt4j.cli.serve.Engine.Outcome;

/** What goes back to the client: pieces, and then one end. The thread of the queue calls it. */
interface Answer extends Engine.Output {

    /** The answer is complete. */
    void finish(Outcome outcome) throws InterruptedException;

    /** There is no answer, or it breaks off. */
    void fail(ApiError error);

    /** Nobody takes the answer any more. */
    void abandon();
}
