package org.rpt4j.backend.vllm;

import java.util.Set;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Capability;
import org.rpt4j.spi.Availability;
import org.rpt4j.spi.BackendContext;
import org.rpt4j.spi.BackendProvider;

/**
 * The backend {@code vllm}: scoring by a vLLM-compatible server. The system property {@code rpt4j.vllm.url} or the
 * environment variable {@code RPT4J_VLLM_URL} names the server, {@code rpt4j.vllm.model} or {@code RPT4J_VLLM_MODEL}
 * the served model, and {@code RPT4J_VLLM_API_KEY} holds the key; {@code rpt4j.vllm.timeout} and others say how requests
 * are sent. See {@code docs/remote-scoring.md}.
 */
public final class VllmBackendProvider implements BackendProvider {

    /** For {@link java.util.ServiceLoader}. */
    public VllmBackendProvider() {}

    @Override
    public String name() {
        return VllmBackend.NAME;
    }

    @Override
    public int apiVersion() {
        return API_VERSION;
    }

    @Override
    public Availability availability() {
        // Whether the server answers is found out when a model is opened: listing backends must not wait for a network.
        return VllmSettings.isConfigured()
                ? new Availability.Available("client of a vLLM server")
                : new Availability.Unavailable(VllmSettings.NO_URL, null);
    }

    @Override
    public Set<Capability> capabilities() {
        return VllmBackend.CAPABILITIES;
    }

    @Override
    public Backend create(BackendContext context) {
        return new VllmBackend(context.options(), VllmSettings.read());
    }
}
