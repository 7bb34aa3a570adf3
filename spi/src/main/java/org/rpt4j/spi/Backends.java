package org.rpt4j.spi;

import java.util.List;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.error.BackendNotFoundException;
import org.rpt4j.api.error.BackendUnavailableException;

/**
 * Finds backends by name through {@link java.util.ServiceLoader}. Thread-safe. Looking does not load an engine; opening
 * does.
 *
 * @since 0.1.0
 */
public final class Backends {

    private static final Providers.Kind<BackendProvider> KIND = new Providers.Kind<>(
            BackendProvider.class,
            "backend",
            "Add rpt4j-backend-<name> to the class path.",
            BackendNotFoundException::new,
            BackendUnavailableException::new);

    private final Providers<BackendProvider> providers;

    private Backends(Providers<BackendProvider> providers) {
        this.providers = providers;
    }

    /** The backends that the class loader of rpt4j and the context class loader see. */
    public static Backends discover() {
        return new Backends(Providers.discover(KIND));
    }

    /** The backends that one class loader sees. */
    public static Backends discover(ClassLoader loader) {
        return new Backends(Providers.discover(KIND, loader));
    }

    /**
     * Opens a backend by name with the defaults: {@code discover().openBackend(name, BackendOptions.DEFAULTS)}.
     *
     * @throws BackendNotFoundException if no provider has that name, or two have
     * @throws BackendUnavailableException if it cannot run here
     */
    public static Backend open(String name) {
        return open(name, BackendOptions.DEFAULTS);
    }

    /** Opens a backend by name: {@code discover().openBackend(name, options)}. */
    public static Backend open(String name, BackendOptions options) {
        return discover().openBackend(name, options);
    }

    /** Every provider that was found, in the order of names, usable here or not. */
    public List<BackendProvider> all() {
        return providers.all();
    }

    /** Providers that could not even be instantiated; empty on a healthy class path. */
    public List<Throwable> failures() {
        return providers.failures();
    }

    /**
     * The provider of a name.
     *
     * @throws BackendNotFoundException if none has it, if two have it, or if it was built for another SPI version
     */
    public BackendProvider provider(String name) {
        return providers.get(name);
    }

    /**
     * Opens a backend.
     *
     * @throws BackendNotFoundException as {@link #provider}
     * @throws BackendUnavailableException if it cannot run here
     * @throws org.rpt4j.api.error.DeviceUnavailableException if the device asked for is missing
     */
    public Backend openBackend(String name, BackendOptions options) {
        return providers.getAvailable(name).create(() -> options);
    }
}
