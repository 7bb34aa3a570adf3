package org.rpt4j.tck.reference;

import java.util.EnumSet;
import java.util.Set;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Capability;
import org.rpt4j.api.Device;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Precision;
import org.rpt4j.api.error.DeviceUnavailableException;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.spi.kit.OpenModels;
import org.rpt4j.spi.kit.UnsupportedOptions;

/** The backend {@code reference}: all roles on the CPU in float64, slow and readable. Thread-safe. */
public final class ReferenceBackend implements Backend {

    /** The registered name. */
    public static final String NAME = "reference";

    private final OpenModels models = new OpenModels(NAME);

    /**
     * Opens the backend. {@code threads}, {@code recomputeActivations} and {@code maxSequences} have no effect: it
     * computes one sequence at a time on the calling thread.
     *
     * @throws DeviceUnavailableException for any device other than the CPU
     * @throws UnsupportedCapabilityException for any precision other than FP32
     */
    public ReferenceBackend(BackendOptions options) {
        if (!options.device().equals(Device.CPU)) {
            throw new DeviceUnavailableException(
                    "Backend \"" + NAME + "\" was asked for " + options.device() + " but supports only cpu.");
        }
        if (options.precision() != Precision.FP32) {
            throw new UnsupportedCapabilityException("Backend \"" + NAME + "\" was asked for " + options.precision()
                    + " but computes in float64 over FP32 weights only. Use FP32.");
        }
        UnsupportedOptions.refuseInt8(NAME, options);
        UnsupportedOptions.refuseBf16Moments(NAME, options);
        UnsupportedOptions.refuseLayerwiseUpdates(NAME, options);
        UnsupportedOptions.refuseInt8Rollouts(NAME, options);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.allOf(Capability.class);
    }

    @Override
    public Set<String> optimizers() {
        return Set.of(ReferenceOptimizer.NAME);
    }

    @Override
    public ReferencePolicy openPolicy(ModelSource model) {
        return openTrainablePolicy(model);
    }

    @Override
    public ReferencePolicy openTrainablePolicy(ModelSource model) {
        return models.open(() -> new ReferencePolicy(model));
    }

    @Override
    public ReferenceProxyScorer openProxyScorer(ModelSource model) {
        return models.open(() -> new ReferenceProxyScorer(model));
    }

    @Override
    public void close() {
        models.close(() -> {});
    }
}
