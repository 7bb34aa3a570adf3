package org.rpt4j.spi;

import java.util.Set;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Capability;

/**
 * The ServiceLoader type of a backend.
 *
 * @since 0.1.0
 */
public non-sealed interface BackendProvider extends Provider {

    /** What opened backends can do. */
    Set<Capability> capabilities();

    /**
     * Opens the backend.
     *
     * @throws org.rpt4j.api.error.BackendUnavailableException if it cannot run here
     * @throws org.rpt4j.api.error.DeviceUnavailableException if the device asked for is missing
     */
    Backend create(BackendContext context);
}
