package org.rpt4j.backend.onnx;

import java.util.Set;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Capability;
import org.rpt4j.spi.Availability;
import org.rpt4j.spi.BackendContext;
import org.rpt4j.spi.BackendProvider;

/** The backend {@code onnx}: scoring on CPU and CUDA, and generation on CPU, with ONNX Runtime. It does not train. */
public final class OnnxBackendProvider implements BackendProvider {

    /** For {@link java.util.ServiceLoader}. */
    public OnnxBackendProvider() {}

    @Override
    public String name() {
        return OnnxBackend.NAME;
    }

    @Override
    public int apiVersion() {
        return API_VERSION;
    }

    @Override
    public Availability availability() {
        return OrtRuntime.probe();
    }

    @Override
    public Set<Capability> capabilities() {
        return OnnxBackend.CAPABILITIES;
    }

    @Override
    public Backend create(BackendContext context) {
        return new OnnxBackend(context.options());
    }
}
