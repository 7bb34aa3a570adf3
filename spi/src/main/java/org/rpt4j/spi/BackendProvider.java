package org.rpt4j.spi;

import java.util.Set;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Capability;

/**
 * The ServiceLoader type of a backend. The constructor must be trivial: nothing is loaded before {@link
 * #availability()} or {@link #open} is called. Thread-safe.
 */
public non-sealed interface BackendProvider extends Named {

    /** The version of this SPI; a provider built for another one is refused. */
    int API_VERSION = 1;

    /** The {@link #API_VERSION} that the provider was compiled against. */
    int apiVersion();

    /** Whether the backend can run here and, if not, why. May probe, must not throw, must not print. */
    Availability availability();

    /** What opened backends can do. */
    Set<Capability> capabilities();

    /**
     * Opens the backend.
     *
     * @throws org.rpt4j.api.error.BackendUnavailableException if it cannot run here
     * @throws org.rpt4j.api.error.DeviceUnavailableException if the device asked for is missing
     */
    Backend open(BackendContext context);
}
