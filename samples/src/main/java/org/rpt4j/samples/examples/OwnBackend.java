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
import org.rpt4j.api.Prompt;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.error.DeviceUnavailableException;
import org.rpt4j.model.format.Checkpoint;
import org.rpt4j.spi.Availability;
import org.rpt4j.spi.BackendContext;
import org.rpt4j.spi.BackendProvider;
import org.rpt4j.spi.kit.OpenModels;

/**
 * What a vendor writes: a provider, a backend, and the roles it supports, here the {@link DicePolicy}. List the
 * provider's class name in {@code META-INF/services/org.rpt4j.spi.BackendProvider}; applications then find it with
 * {@code Backends.open("dice")}. The tests of a backend come from {@code rpt4j-tck}. {@code docs/write-a-backend.md} is
 * the walkthrough.
 */
public final class OwnBackend implements BackendProvider {

    private static final String NAME = "dice";
    private static final Set<Capability> CAPABILITIES = Set.of(Capability.GENERATE, Capability.LOG_PROBS);

    /** Rolls ten tokens; the argument is a model directory, of which only the vocabulary size matters. */
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

    @Override
    public Backend create(BackendContext context) {
        Device device = context.options().device();
        if (!device.equals(Device.CPU)) {
            throw new DeviceUnavailableException(
                    "Backend \"" + NAME + "\" was asked for " + device + " but supports only cpu.");
        }
        return new DiceBackend();
    }

    /** Every role that is not overridden refuses, with the supported capabilities in its message. */
    private static final class DiceBackend implements Backend {

        private final OpenModels models = new OpenModels(NAME);

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public Set<Capability> capabilities() {
            return CAPABILITIES;
        }

        /** Opening a checkpoint validates all of it, even if the weights are not used, as here. */
        @Override
        public Policy openPolicy(ModelSource model) {
            return models.open(() -> {
                try (Checkpoint checkpoint = Checkpoint.open(model)) {
                    return new DicePolicy(checkpoint.config().describe(), checkpoint.absentTokens());
                }
            });
        }

        /** There is no engine behind the models. */
        @Override
        public void close() {
            models.close(() -> {});
        }
    }
}
