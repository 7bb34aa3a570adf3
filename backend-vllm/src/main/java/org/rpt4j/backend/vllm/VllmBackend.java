package org.rpt4j.backend.vllm;

import java.util.Set;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Capability;
import org.rpt4j.api.Device;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Precision;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.error.DeviceUnavailableException;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.spi.kit.Interrupts;
import org.rpt4j.spi.kit.OpenModels;
import org.rpt4j.spi.kit.UnsupportedOptions;

/** An open client and its scorers. The server chooses device, precision and threads. */
final class VllmBackend implements Backend {

    static final String NAME = "vllm";
    static final Set<Capability> CAPABILITIES = Set.of(Capability.SCORE);

    private final VllmSettings settings;
    private final OpenModels models = new OpenModels(NAME);

    VllmBackend(BackendOptions options, VllmSettings settings) {
        if (!options.device().equals(Device.CPU)) {
            throw new DeviceUnavailableException("Backend \"" + NAME + "\" was asked for " + options.device()
                    + ", but the server chooses the device. Leave it at cpu.");
        }
        if (options.precision() != Precision.FP32) {
            throw new UnsupportedCapabilityException("Backend \"" + NAME + "\" was asked for precision "
                    + options.precision() + ", but the server chooses it (vllm serve --dtype). Leave it at FP32.");
        }
        UnsupportedOptions.refuseInt8(NAME, options);
        UnsupportedOptions.refuseBf16Moments(NAME, options);
        UnsupportedOptions.refuseLayerwiseUpdates(NAME, options);
        UnsupportedOptions.refuseInt8Rollouts(NAME, options);
        this.settings = settings;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    @Override
    public ProxyScorer openProxyScorer(ModelSource source) {
        return models.open(() -> {
            Interrupts.check("opening " + source.directory());
            if (source.adapter().isPresent()) {
                throw new UnsupportedCapabilityException("Backend \"" + NAME + "\" was given the adapter "
                        + source.adapter().get() + ", but the server chooses its weights. Serve the model with the"
                        + " adapter (vllm serve --lora-modules), and leave it out here.");
            }
            return VllmProxyScorer.open(source, settings);
        });
    }

    @Override
    public void close() {
        models.close(() -> {});
    }
}
