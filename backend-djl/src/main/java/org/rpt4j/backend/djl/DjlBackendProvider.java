package org.rpt4j.backend.djl;

import java.util.Set;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Capability;
import org.rpt4j.spi.Availability;
import org.rpt4j.spi.BackendContext;
import org.rpt4j.spi.BackendProvider;

/** The backend {@code djl}: training, generation and scoring with PyTorch on CPU and CUDA. */
public final class DjlBackendProvider implements BackendProvider {

    @Override
    public String name() {
        return DjlBackend.NAME;
    }

    @Override
    public int apiVersion() {
        return API_VERSION;
    }

    @Override
    public Availability availability() {
        return TorchEngine.probe();
    }

    @Override
    public Set<Capability> capabilities() {
        return DjlBackend.CAPABILITIES;
    }

    @Override
    public Backend create(BackendContext context) {
        return new DjlBackend(context.options());
    }
}
