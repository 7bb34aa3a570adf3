package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.rpt4j.api.error.OperationCancelledException;

/** Comparisons that many rules make. */
final class Checks {

    private Checks() {}

    /** Equal length and every element within an absolute tolerance; NaN equals nothing. */
    static void assertClose(String what, double[] actual, double[] expected, double tolerance) {
        assertThat(actual).as("number of values: %s", what).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).as("%s [%d]", what, i).isCloseTo(expected[i], within(tolerance));
        }
    }

    /** A call on a thread that is already interrupted ends with a cancellation; the interruption is taken back. */
    static void assertCancelledWhenInterrupted(String what, ThrowingCallable call) {
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(call, what).isInstanceOf(OperationCancelledException.class);
        } finally {
            Thread.interrupted();
        }
    }

    /** Use after close, and the like. */
    static void assertIllegalState(String what, ThrowingCallable call) {
        assertThatThrownBy(call, what).isInstanceOf(IllegalStateException.class);
    }

    static void assertIllegalArgument(String what, ThrowingCallable call) {
        assertThatThrownBy(call, what).isInstanceOf(IllegalArgumentException.class);
    }
}
