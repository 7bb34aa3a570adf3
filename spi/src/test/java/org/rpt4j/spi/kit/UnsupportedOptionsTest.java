package org.rpt4j.spi.kit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.FrozenWeights;
import org.rpt4j.api.Precision;
import org.rpt4j.api.RolloutPrecision;
import org.rpt4j.api.error.UnsupportedCapabilityException;

class UnsupportedOptionsTest {

    private static void requireRefused(
            BiConsumer<String, BackendOptions> refusal, BackendOptions asked, String option) {
        refusal.accept("some", BackendOptions.DEFAULTS);
        assertThatThrownBy(() -> refusal.accept("some", asked))
                .isInstanceOf(UnsupportedCapabilityException.class)
                .hasMessageContaining("Backend \"some\" was asked for " + option);
    }

    @Test
    void anOptionThatABackendDoesNotHaveIsRefusedByName() {
        BackendOptions.Builder options = BackendOptions.builder();
        requireRefused(
                UnsupportedOptions::refuseInt8,
                options.frozenWeights(FrozenWeights.INT8).build(),
                "frozen-weights INT8");
        requireRefused(
                UnsupportedOptions::refuseBf16Moments,
                options.moments(Precision.BF16).build(),
                "moments BF16");
        requireRefused(
                UnsupportedOptions::refuseLayerwiseUpdates,
                options.layerwiseUpdates(true).build(),
                "layerwise-updates");
        requireRefused(
                UnsupportedOptions::refuseInt8Rollouts,
                options.rolloutPrecision(RolloutPrecision.INT8).build(),
                "rollout-precision INT8");
    }
}
