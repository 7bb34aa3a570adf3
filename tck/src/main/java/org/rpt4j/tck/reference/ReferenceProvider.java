package org.rpt4j.tck.reference;

import java.util.EnumSet;
import java.util.Set;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Capability;
import org.rpt4j.spi.Availability;
import org.rpt4j.spi.BackendContext;
import org.rpt4j.spi.BackendProvider;

/** Registers {@link ReferenceBackend}. */
public final class ReferenceProvider implements BackendProvider {

    /** For {@link java.util.ServiceLoader}; does nothing. */
    public ReferenceProvider() {}

    @Override
    public String name() {
        return ReferenceBackend.NAME;
    }

    @Override
    public int apiVersion() {
        return API_VERSION;
    }

    @Override
    public Availability availability() {
        return new Availability.Available("plain Java, float64, cpu");
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.allOf(Capability.class);
    }

    @Override
    public Backend create(BackendContext context) {
        return new ReferenceBackend(context.options());
    }
}
