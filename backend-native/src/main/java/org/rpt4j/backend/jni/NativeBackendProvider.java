package org.rpt4j.backend.jni;

import java.util.EnumSet;
import java.util.Set;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Capability;
import org.rpt4j.api.error.BackendUnavailableException;
import org.rpt4j.spi.Availability;
import org.rpt4j.spi.BackendContext;
import org.rpt4j.spi.BackendProvider;

/**
 * The backend {@code native}: every role, in C++. This version reserves the name, looks for its library and tells the
 * truth about it; it cannot be opened. Thread-safe.
 */
public final class NativeBackendProvider implements BackendProvider {

    private static final String NAME = "native";

    /** For {@link java.util.ServiceLoader}. */
    public NativeBackendProvider() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int apiVersion() {
        return API_VERSION;
    }

    /** Always unavailable in this version; says which library was looked for. */
    @Override
    public Availability availability() {
        return lookUp();
    }

    /** What the backend is for; nothing of it can be used while it is unavailable. */
    @Override
    public Set<Capability> capabilities() {
        return EnumSet.allOf(Capability.class);
    }

    @Override
    public Backend open(BackendContext context) {
        throw new BackendUnavailableException(
                "Backend \"" + NAME + "\" cannot be opened: " + lookUp().reason());
    }

    private static Availability.Unavailable lookUp() {
        return NativeLibraries.lookUp(NativeBackendProvider.class.getClassLoader(), Platform.current());
    }
}
