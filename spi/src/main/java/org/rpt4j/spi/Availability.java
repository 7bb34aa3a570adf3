package org.rpt4j.spi;

import org.jspecify.annotations.Nullable;

/**
 * Whether what a provider offers can run on this machine.
 *
 * @since 0.1.0
 */
public sealed interface Availability {

    /**
     * It can.
     *
     * @param detail engine, version and devices, for people to read
     */
    record Available(String detail) implements Availability {}

    /**
     * It cannot.
     *
     * @param reason why, and what would help
     * @param cause the error behind it, if there is one
     */
    record Unavailable(String reason, @Nullable Throwable cause) implements Availability {}
}
