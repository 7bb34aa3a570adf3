package org.rpt4j.backend.jni;

import java.util.Set;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Capability;
import org.rpt4j.api.error.BackendUnavailableException;
import org.rpt4j.spi.Availability;
import org.rpt4j.spi.BackendContext;
import org.rpt4j.spi.BackendProvider;

/** The backend {@code native}: every role, in C++ on the CPU. Thread-safe. */
public final class NativeBackendProvider implements BackendProvider {

    /** For {@link java.util.ServiceLoader}. */
    public NativeBackendProvider() {}

    @Override
    public String name() {
        return NativeBackend.NAME;
    }

    @Override
    public int apiVersion() {
        return API_VERSION;
    }

    /** Loads the library and says where it came from and which instruction sets it can use, or why it cannot load. */
    @Override
    public Availability availability() {
        try {
            String from = NativeLibraries.load();
            return new Availability.Available("engine " + NativeLibraries.VERSION + " from " + from
                    + ", cpu, instruction sets: " + NativeEngine.instructionSets());
        } catch (BackendUnavailableException e) {
            return new Availability.Unavailable(e.getMessage(), e.getCause());
        }
    }

    @Override
    public Set<Capability> capabilities() {
        return NativeBackend.CAPABILITIES;
    }

    @Override
    public Backend create(BackendContext context) {
        return new NativeBackend(context.options());
    }
}
