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
 * What a vendor writes: a provider, a backend, and the roles that it supports, here the {@link DicePolicy}. The name of
 * the provider's class goes into {@code META-INF/services/org.rpt4j.spi.BackendProvider}; after that, applications find
 * it as {@code Backends.open("dice")}. The tests of a backend come from {@code rpt4j-tck}. {@code
 * docs/write-a-backend.md} walks through it.
 */
public final class OwnBackend implements BackendProvider {

    private static final String NAME = "dice";
    private static final Set<Capability> CAPABILITIES = Set.of(Capability.GENERATE, Capability.LOG_PROBS);

    /** Rolls ten tokens; the argument is a model directory, of which only the size of the vocabulary counts. */
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
                    "Backend \"" + NAME + "\" was asked for " + device + " and has only cpu.");
        }
        return new DiceBackend();
    }

    /** Every role that is not overridden here refuses with the capabilities in its message. */
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

        /** A checkpoint that is opened is checked as a whole, also where the weights are not used, as here. */
        @Override
        public Policy openPolicy(ModelSource model) {
            return models.open(() -> {
                try (Checkpoint checkpoint = Checkpoint.open(model.directory())) {
                    return new DicePolicy(checkpoint.config().describe());
                }
            });
        }

        /** There is no engine below the models. */
        @Override
        public void close() {
            models.close(() -> {});
        }
    }
}
