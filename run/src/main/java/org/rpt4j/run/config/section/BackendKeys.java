package org.rpt4j.run.config.section;

import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Device;
import org.rpt4j.api.FrozenWeights;
import org.rpt4j.api.Precision;
import org.rpt4j.api.RolloutPrecision;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Texts;
import org.rpt4j.run.config.key.Values;
import org.rpt4j.spi.Availability;
import org.rpt4j.spi.Backends;

/**
 * The keys {@code backend.*}: what runs the model, and where.
 *
 * @since 0.1.0
 */
public final class BackendKeys {

    private static final Section.Builder KEYS = Section.of("backend", "What runs the model, and where");

    private static final String FASTEST_ON_A_CPU = "native";
    private static final String EVERYWHERE = "djl";

    public static final Key<Device> DEVICE = KEYS.key(BackendOptions.DEVICE).asDeclared();

    public static final Key<String> NAME = KEYS.key("name", Texts.NAME)
            .says("Name of a backend on the class path.")
            .orFrom(
                    DEVICE,
                    FASTEST_ON_A_CPU + " for cpu where it can run, else " + EVERYWHERE,
                    values -> values.get(DEVICE).equals(Device.CPU) && canRun(FASTEST_ON_A_CPU)
                            ? FASTEST_ON_A_CPU
                            : EVERYWHERE);

    public static final Key<Precision> PRECISION =
            KEYS.key(BackendOptions.PRECISION).asDeclared();

    public static final Key<Integer> THREADS = KEYS.key(BackendOptions.THREADS).asDeclared();

    public static final Key<Boolean> RECOMPUTE_ACTIVATIONS =
            KEYS.key(BackendOptions.RECOMPUTE_ACTIVATIONS).asDeclared();

    public static final Key<Integer> MAX_SEQUENCES =
            KEYS.key(BackendOptions.MAX_SEQUENCES).asDeclared();

    public static final Key<FrozenWeights> FROZEN_WEIGHTS = KEYS.key(BackendOptions.FROZEN_WEIGHTS)
            .onlyWith("lora.rank or model.adapter is set", LoraKeys::isAdapted)
            .asDeclared();

    public static final Key<Precision> MOMENTS =
            KEYS.key(BackendOptions.MOMENTS).asDeclared();

    public static final Key<Boolean> LAYERWISE_UPDATES =
            KEYS.key(BackendOptions.LAYERWISE_UPDATES).asDeclared();

    public static final Key<RolloutPrecision> ROLLOUT_PRECISION = KEYS.key(BackendOptions.ROLLOUT_PRECISION)
            .onlyWith(TrainingKeys.REINFORCED, TrainingKeys::isReinforced)
            .asDeclared();

    static final Section SECTION = KEYS.build();

    private BackendKeys() {}

    private static boolean canRun(String name) {
        return Backends.discover().all().stream()
                .filter(provider -> provider.name().equals(name))
                .anyMatch(provider -> provider.availability() instanceof Availability.Available);
    }

    /** Returns the options of the backend. */
    public static BackendOptions options(Values values) {
        return BackendOptions.builder()
                .device(values.get(DEVICE))
                .precision(values.get(PRECISION))
                .threads(values.get(THREADS))
                .recomputeActivations(values.get(RECOMPUTE_ACTIVATIONS))
                .maxSequences(values.get(MAX_SEQUENCES))
                .frozenWeights(values.get(FROZEN_WEIGHTS))
                .moments(values.get(MOMENTS))
                .layerwiseUpdates(values.get(LAYERWISE_UPDATES))
                .rolloutPrecision(values.get(ROLLOUT_PRECISION))
                .build();
    }
}
