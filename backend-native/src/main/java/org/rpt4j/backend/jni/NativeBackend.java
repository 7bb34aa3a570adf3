package org.rpt4j.backend.jni;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Capability;
import org.rpt4j.api.Device;
import org.rpt4j.api.FrozenWeights;
import org.rpt4j.api.MemoryEstimate;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.RolloutPrecision;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.Workload;
import org.rpt4j.api.error.DeviceUnavailableException;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.model.format.Adapter;
import org.rpt4j.model.format.ModelConfigReader;
import org.rpt4j.model.format.StoredTypes;
import org.rpt4j.spi.kit.OpenModels;

/** An open backend: one engine and the models opened through it. */
final class NativeBackend implements Backend {

    static final String NAME = "native";
    static final Set<Capability> CAPABILITIES = Set.copyOf(EnumSet.allOf(Capability.class));
    static final Set<String> OPTIMIZERS = Set.of("adamw");

    private final BackendOptions options;
    private final EngineSettings settings;
    private final EngineHandle engine;
    private final OpenModels models = new OpenModels(NAME);

    NativeBackend(BackendOptions options) {
        if (options.device().kind() != Device.Kind.CPU) {
            throw new DeviceUnavailableException("Device " + options.device()
                    + " was requested, but the native backend runs on the CPU only. Use the backend djl for CUDA.");
        }
        NativeLibraries.load();
        this.options = options;
        this.settings = EngineSettings.read();
        this.engine = settings.open(options.threads());
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

    /** Version, instruction set, and the roles with 8-bit weights; the number of threads does not matter. */
    @Override
    public Optional<String> engine() {
        String instructionSet = settings.instructionSet() == null
                ? NativeEngine.instructionSets().split(", ")[0]
                : settings.instructionSet();
        String int8 = settings.int8().isEmpty() ? "" : ", 8-bit weights for " + new TreeSet<>(settings.int8());
        return Optional.of("engine " + NativeLibraries.VERSION + ", " + instructionSet + int8);
    }

    @Override
    public Policy openPolicy(ModelSource source) {
        return open(source, Role.POLICY, model -> new NativePolicy(model, options));
    }

    @Override
    public TrainablePolicy openTrainablePolicy(ModelSource source) {
        requireUpdates(source);
        return open(source, Role.TRAINABLE_POLICY, model -> new NativePolicy(model, options));
    }

    private void requireUpdates(ModelSource source) {
        if (options.layerwiseUpdates() && source.adapter().isPresent()) {
            throw new UnsupportedCapabilityException(BackendOptions.LAYERWISE_UPDATES.name()
                    + " is for training all weights, but " + source.adapter().get()
                    + " is an adapter, whose gradient is"
                    + " small. Turn " + BackendOptions.LAYERWISE_UPDATES.name()
                    + " off, or train without the adapter.");
        }
        if (options.rolloutPrecision() == RolloutPrecision.INT8
                && arithmetic(source, Role.TRAINABLE_POLICY) == Arithmetic.INT8) {
            throw new UnsupportedCapabilityException(BackendOptions.ROLLOUT_PRECISION.name()
                    + " INT8 rounds the weights"
                    + " for rollouts, but " + BackendOptions.FROZEN_WEIGHTS.name()
                    + " INT8 has rounded them already, and"
                    + " samples from what it trains. Use " + BackendOptions.ROLLOUT_PRECISION.name() + " EXACT.");
        }
    }

    @Override
    public ProxyScorer openProxyScorer(ModelSource source) {
        return open(source, Role.SCORER, NativeProxyScorer::new);
    }

    private <T> T open(ModelSource source, Role role, Function<ModelHandle, T> constructor) {
        return constructor.apply(models.open(
                () -> withEngine(() -> ModelHandle.load(engine, source, arithmetic(source, role), role))));
    }

    private <T> T withEngine(Supplier<T> work) {
        engine.lock();
        try {
            return work.get();
        } finally {
            engine.unlock();
        }
    }

    @Override
    public OptionalDouble measureSpeed() {
        return models.whileOpen(() -> withEngine(() -> OptionalDouble.of(NativeEngine.measureProducts(
                engine.engine(), Arithmetic.of(options.precision()).name()))));
    }

    @Override
    public Optional<MemoryEstimate> estimateMemory(ModelSource source, List<Workload> work) {
        Role role = Role.of(work);
        if (role == Role.TRAINABLE_POLICY) {
            requireUpdates(source);
        }
        MemoryShape shape = new MemoryShape(
                ModelConfigReader.read(source),
                arithmetic(source, role),
                heldWeights(source, role),
                models.whileOpen(() -> NativeEngine.tokensPerPage(engine.engine())),
                settings.threads(options.threads()));
        return Optional.of(MemoryPlan.of(shape, options, settings.budget().bytes(), work));
    }

    private static HeldWeights heldWeights(ModelSource source, Role role) {
        boolean adapts = role.adapts(source);
        boolean frozen = adapts || role != Role.TRAINABLE_POLICY;
        return new HeldWeights(
                frozen,
                frozen ? StoredTypes.of(adapts ? source.withoutAdapter() : source) : Map.of(),
                adapts ? Adapter.form(source) : Optional.empty());
    }

    private Arithmetic arithmetic(ModelSource source, Role role) {
        boolean frozenInt8 = role.adapts(source) && options.frozenWeights() == FrozenWeights.INT8;
        return frozenInt8 || settings.int8().contains(role) ? Arithmetic.INT8 : Arithmetic.of(options.precision());
    }

    /** Bytes that the engine has allocated, for leak tests. */
    long usedBytes() {
        return NativeEngine.usedBytes(engine.engine());
    }

    @Override
    public void close() {
        models.close(engine::close);
    }
}
