package org.rpt4j.run.launch;

import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.rpt4j.api.FrozenWeights;
import org.rpt4j.api.Precision;
import org.rpt4j.model.format.LoraOptions;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.LoraKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.TrainingKeys;

/**
 * A setting with which a run may need less of the machine.
 *
 * @param key of the setting
 * @param values to try in turn, from the mildest, that need less than the one in effect; none if there is no such value
 * @param cost what a smaller value costs, in words
 */
record Saving<T>(Key<T> key, Function<RunConfiguration, List<T>> values, String cost) {

    /** What is tried, from the cheapest. No setting that changes what the run learns from is among them. */
    static final List<Saving<?>> ALL = List.of(
            new Saving<>(
                    RunKeys.BACKGROUND_CHECKPOINTS,
                    configuration -> configuration.get(RunKeys.BACKGROUND_CHECKPOINTS) ? List.of(false) : List.of(),
                    "training waits while a checkpoint is written"),
            new Saving<>(
                    RunKeys.KEEP_CHECKPOINTS,
                    configuration -> configuration.get(RunKeys.KEEP_CHECKPOINTS) > 1 ? List.of(1) : List.of(),
                    "no older checkpoint to resume from if the latest is damaged"),
            new Saving<>(
                    TrainingKeys.MICRO_BATCH_TOKENS,
                    configuration -> halves(configuration.get(TrainingKeys.MICRO_BATCH_TOKENS)),
                    "more and smaller passes; the same result up to rounding"),
            new Saving<>(
                    BackendKeys.RECOMPUTE_ACTIVATIONS,
                    configuration -> configuration.get(BackendKeys.RECOMPUTE_ACTIVATIONS) ? List.of() : List.of(true),
                    "training computes every layer twice"),
            new Saving<>(
                    BackendKeys.MAX_SEQUENCES,
                    configuration -> halves(configuration.get(BackendKeys.MAX_SEQUENCES)),
                    "sampling decodes fewer rollouts at a time and takes longer"),
            new Saving<>(
                    BackendKeys.PRECISION,
                    configuration -> configuration.get(BackendKeys.PRECISION) == Precision.FP32
                            ? List.of(Precision.BF16)
                            : List.of(),
                    "products with 8 significant bits instead of 24; sampler and trainer differ more"),
            new Saving<>(
                    BackendKeys.MOMENTS,
                    configuration -> configuration.get(BackendKeys.MOMENTS) == Precision.FP32
                            ? List.of(Precision.BF16)
                            : List.of(),
                    "the optimizer remembers gradients with 8 significant bits"),
            new Saving<>(
                    LoraKeys.RANK,
                    configuration ->
                            LoraKeys.isAdapted(configuration) ? List.of() : List.of(LoraOptions.RANK.byDefault()),
                    "an adapter learns instead of all weights, at a learning rate about ten times as high"),
            new Saving<>(
                    BackendKeys.FROZEN_WEIGHTS,
                    configuration -> LoraKeys.isAdapted(configuration)
                                    && configuration.get(BackendKeys.FROZEN_WEIGHTS) == FrozenWeights.PRECISION
                            ? List.of(FrozenWeights.INT8)
                            : List.of(),
                    "the model under the adapter is rounded to 8 bits"));

    private static List<Integer> halves(int value) {
        return IntStream.iterate(value / 2, half -> half >= 1, half -> half / 2)
                .boxed()
                .toList();
    }

    /** How many values there are to try. */
    int count(RunConfiguration configuration) {
        return values.apply(configuration).size();
    }

    /**
     * The configuration with one of the values.
     *
     * @throws org.rpt4j.api.error.ConfigurationException if it contradicts another setting
     */
    RunConfiguration applyTo(RunConfiguration configuration, int variant) {
        return configuration.toBuilder()
                .set(key, values.apply(configuration).get(variant), ResourcePlan.ORIGIN)
                .build();
    }
}
