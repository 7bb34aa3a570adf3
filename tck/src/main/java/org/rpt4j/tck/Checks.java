package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.rpt4j.api.error.OperationCancelledException;

/** Comparisons used by many rules. */
final class Checks {

    private Checks() {}

    /** Checks for equal length and every element within an absolute tolerance; NaN equals nothing. */
    static void assertClose(String what, double[] actual, double[] expected, double tolerance) {
        assertThat(actual).as("number of values: %s", what).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).as("%s [%d]", what, i).isCloseTo(expected[i], within(tolerance));
        }
    }

    /** Checks that a call on an already interrupted thread is cancelled; clears the interruption. */
    static void assertCancelledWhenInterrupted(String what, ThrowingCallable call) {
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(call, what).isInstanceOf(OperationCancelledException.class);
        } finally {
            Thread.interrupted();
        }
    }

    /** Checks the error for use after close and similar mistakes. */
    static void assertIllegalState(String what, ThrowingCallable call) {
        assertThatThrownBy(call, what).isInstanceOf(IllegalStateException.class);
    }

    static void assertIllegalArgument(String what, ThrowingCallable call) {
        assertThatThrownBy(call, what).isInstanceOf(IllegalArgumentException.class);
    }
}
