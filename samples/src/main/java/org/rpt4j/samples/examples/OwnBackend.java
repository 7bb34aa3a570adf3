package org.rpt4j.samples.examples;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Capability;
import org.rpt4j.api.Device;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Precision;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.error.DeviceUnavailableException;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.spi.Availability;
import org.rpt4j.spi.BackendContext;
import org.rpt4j.spi.BackendProvider;
import org.rpt4j.spi.kit.OpenModels;

/**
 * What a vendor writes: a provider, a backend, and the roles it supports. This one samples and scores in plain Java; it
 * keeps every rule of the contract and trains nothing. {@link OwnDecoder} has the arithmetic, {@link OwnPolicy} and
 * {@link OwnScorer} the roles. List the provider's class name in
 * {@code META-INF/services/org.rpt4j.spi.BackendProvider}; applications then find it with {@code Backends.open("own")}.
 * {@code docs/write-a-backend.md} is the walkthrough.
 */
public final class OwnBackend implements BackendProvider {

    private static final String NAME = "own";
    private static final Set<Capability> CAPABILITIES =
            Set.of(Capability.GENERATE, Capability.LOG_PROBS, Capability.SCORE);

    /** Continues the token 0 with ten tokens; the argument is a model directory. */
    public static void main(String[] arguments) {
        try (Backend backend = new OwnBackend().create(() -> BackendOptions.DEFAULTS);
                Policy policy = backend.openPolicy(ModelSource.directory(Path.of(arguments[0])))) {
            SamplingOptions sampling =
                    SamplingOptions.greedy(10).toBuilder().temperature(1).build();
            Prompt prompt = new Prompt(0, new int[] {0});
            int[] tokens = policy.generate(List.of(prompt), sampling)
                    .get(0)
                    .rollouts()
                    .get(0)
                    .tokens();
            System.out.println(Arrays.toString(tokens));
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int apiVersion() {
        return API_VERSION;
    }

    @Override
    public Availability availability() {
        return new Availability.Available("plain Java, cpu");
    }

    @Override
    public Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    /** Refuses what it cannot do; it never does something else in its place. */
    @Override
    public Backend create(BackendContext context) {
        Device device = context.options().device();
        if (!device.equals(Device.CPU)) {
            throw new DeviceUnavailableException(
                    "Backend \"" + NAME + "\" was asked for " + device + " but supports only cpu.");
        }
        Precision precision = context.options().precision();
        if (precision != Precision.FP32) {
            throw new UnsupportedCapabilityException(
                    "Backend \"" + NAME + "\" was asked for " + precision + " but supports only FP32.");
        }
        return new PlainBackend();
    }

    /** Every role that is not overridden refuses, with the supported capabilities in its message. */
    private static final class PlainBackend implements Backend {

        private final OpenModels models = new OpenModels(NAME);

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public Set<Capability> capabilities() {
            return CAPABILITIES;
        }

        @Override
        public Policy openPolicy(ModelSource model) {
            return models.open(() -> new OwnPolicy(OwnWeights.read(model)));
        }

        @Override
        public ProxyScorer openProxyScorer(ModelSource model) {
            return models.open(() -> new OwnScorer(OwnWeights.read(model)));
        }

        /** There is no engine behind the models. */
        @Override
        public void close() {
            models.close(() -> {});
        }
    }
}
