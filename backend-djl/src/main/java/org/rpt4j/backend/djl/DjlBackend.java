package org.rpt4j.backend.djl;

import ai.djl.engine.Engine;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Capability;
import org.rpt4j.api.MemoryEstimate;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.Workload;
import org.rpt4j.spi.kit.OpenModels;
import org.rpt4j.spi.kit.UnsupportedOptions;

/** An open backend: one engine thread and the models opened through it. */
final class DjlBackend implements Backend {

    static final String NAME = "djl";
    static final Set<Capability> CAPABILITIES = Set.copyOf(EnumSet.complementOf(EnumSet.of(Capability.GRADIENTS)));
    static final Set<String> OPTIMIZERS = Set.of("adamw");

    private final BackendOptions options;
    private final ai.djl.Device device;
    private final EngineThread thread;
    private final Scripts scripts;
    private final OpenModels models = new OpenModels(NAME);

    DjlBackend(BackendOptions options) {
        UnsupportedOptions.refuseInt8(NAME, options);
        UnsupportedOptions.refuseBf16Moments(NAME, options);
        UnsupportedOptions.refuseLayerwiseUpdates(NAME, options);
        UnsupportedOptions.refuseInt8Rollouts(NAME, options);
        this.options = options;
        this.device = TorchEngine.require(options.device());
        Engine engine = TorchEngine.start();
        this.thread = new EngineThread(options.threads());
        this.scripts = thread.call("start", () -> new Scripts(engine.newBaseManager(device), options.precision()));
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
    public Set<String> optimizers() {
        return OPTIMIZERS;
    }

    @Override
    public Policy openPolicy(ModelSource source) {
        return open(source, false, model -> new InferencePolicy(model, thread, options, null));
    }

    @Override
    public TrainablePolicy openTrainablePolicy(ModelSource source) {
        return open(source, true, model -> new DjlPolicy(model, thread, options));
    }

    @Override
    public ProxyScorer openProxyScorer(ModelSource source) {
        return open(source, false, model -> new DjlProxyScorer(model, thread));
    }

    /** Estimates only the CPU: the estimate for a GPU has not been checked against a measurement. */
    @Override
    public Optional<MemoryEstimate> estimateMemory(ModelSource source, List<Workload> work) {
        return device.isGpu() ? Optional.empty() : Optional.of(MemoryPlan.of(source, options, work));
    }

    @Override
    public OptionalDouble measureSpeed() {
        return thread.call(
                "measureSpeed",
                () -> OptionalDouble.of(MatrixSpeed.measure(device, DjlModel.typeCode(options.precision()))));
    }

    private <T extends OpenModel> T open(ModelSource source, boolean trainable, Function<DjlModel, T> role) {
        return models.open(() -> thread.call(
                "open " + source.directory(),
                () -> role.apply(
                        trainable && source.adapter().isPresent()
                                ? DjlModel.loadAdapted(source, device, scripts, options.precision())
                                : DjlModel.load(source, device, scripts, options.precision(), trainable))));
    }

    @Override
    public void close() {
        models.close(() -> {
            try {
                thread.call("close", () -> {
                    scripts.close();
                    return true;
                });
            } finally {
                thread.close();
            }
        });
    }
}
