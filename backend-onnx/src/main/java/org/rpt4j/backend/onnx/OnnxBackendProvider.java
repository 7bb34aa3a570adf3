package org.rpt4j.backend.onnx;

import java.util.Set;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Capability;
import org.rpt4j.api.error.BackendUnavailableException;
import org.rpt4j.spi.Availability;
import org.rpt4j.spi.BackendContext;
import org.rpt4j.spi.BackendProvider;

/**
 * The backend {@code onnx}: inference without training. This version reserves the name and tells the truth about
 * itself; it has no engine and cannot be opened. Thread-safe.
 */
public final class OnnxBackendProvider implements BackendProvider {

    private static final String NAME = "onnx";
    private static final String REASON =
            "this version of rpt4j-backend-onnx contains no scoring engine yet. Use another backend, such as djl.";

    /** For {@link java.util.ServiceLoader}. */
    public OnnxBackendProvider() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int apiVersion() {
        return API_VERSION;
    }

    /** Always unavailable in this version. */
    @Override
    public Availability availability() {
        return new Availability.Unavailable(REASON, null);
    }

    /** What the backend is for; nothing of it can be used while it is unavailable. */
    @Override
    public Set<Capability> capabilities() {
        return Set.of(Capability.SCORE, Capability.GENERATE, Capability.LOG_PROBS);
    }

    @Override
    public Backend open(BackendContext context) {
        throw new BackendUnavailableException("Backend \"" + NAME + "\" cannot be opened: " + REASON);
    }
}
