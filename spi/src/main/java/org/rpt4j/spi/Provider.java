package org.rpt4j.spi;

/**
 * What every ServiceLoader type of rpt4j has. The constructor must be trivial: nothing is loaded before {@link
 * #availability()} or {@code create} is called. Thread-safe.
 *
 * @since 0.1.0
 */
public sealed interface Provider permits BackendProvider, RewardVerifierProvider, TaskKindProvider {

    /** The version of this SPI; a provider built for another one is refused. */
    int API_VERSION = 1;

    /** The unique name: lower case letters, digits, {@code -} and {@code .}. */
    String name();

    /** The {@link #API_VERSION} that the provider was compiled against. */
    int apiVersion();

    /** Whether the provider can be used here and, if not, why. May probe, must not throw, must not print. */
    Availability availability();
}
