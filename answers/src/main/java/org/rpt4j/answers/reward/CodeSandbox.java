package org.rpt4j.answers.reward;

import java.time.Duration;

/**
 * Runs programs that a model wrote, for the reward {@code code-output}. rpt4j runs no such program itself: what may run
 * where is the application's decision. An implementation is found by {@link java.util.ServiceLoader}: put its class
 * name into {@code META-INF/services/org.rpt4j.answers.reward.CodeSandbox}, or provide it in the module descriptor.
 *
 * <p>Isolate the program from files, network and other programs, and bound its memory, time and output. The same
 * program always gives the same result. Thread-safe.
 *
 * @since 0.1.0
 */
public interface CodeSandbox {

    /** The unique name, which the option {@code sandbox} of the reward chooses. */
    String name();

    /**
     * Runs a program without input.
     *
     * @param code the program as the model wrote it, in the language that the question asks for
     * @param limit how long it may run
     * @throws InterruptedException if the thread was interrupted, which stops the program
     */
    Result run(String code, Duration limit) throws InterruptedException;

    /**
     * What came of a program.
     *
     * @param status how it ended
     * @param output what it printed; for {@link Status#UNAVAILABLE} why it was not run
     * @since 0.1.0
     */
    record Result(Status status, String output) {}

    /**
     * How a program ended.
     *
     * @since 0.1.0
     */
    enum Status {
        /** By itself, without an error. */
        FINISHED,
        /** With an error of its own: it does not compile, throws, or exceeds its memory. */
        FAILED,
        /** It ran longer than it may. */
        TIMED_OUT,
        /** It was not run, through no fault of its own; the attempt counts as an abstention. */
        UNAVAILABLE
    }
}
