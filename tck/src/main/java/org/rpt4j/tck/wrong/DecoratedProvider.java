package org.rpt4j.tck.wrong;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Function;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Capability;
import org.rpt4j.spi.Availability;
import org.rpt4j.spi.BackendContext;
import org.rpt4j.spi.BackendProvider;
import org.rpt4j.tck.reference.ReferenceBackend;

/** A provider of a decorated reference backend; not registered anywhere. */
final class DecoratedProvider implements BackendProvider {

    private final Set<Capability> capabilities;
    private final Function<BackendOptions, Backend> constructor;

    DecoratedProvider(Function<BackendOptions, Backend> constructor) {
        this(EnumSet.allOf(Capability.class), constructor);
    }

    DecoratedProvider(Set<Capability> capabilities, Function<BackendOptions, Backend> constructor) {
        this.capabilities = capabilities;
        this.constructor = constructor;
    }

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
        return new Availability.Available("the reference, decorated");
    }

    @Override
    public Set<Capability> capabilities() {
        return capabilities;
    }

    @Override
    public Backend create(BackendContext context) {
        return constructor.apply(context.options());
    }
}
