package org.rpt4j.spi.kit;

import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.FrozenWeights;
import org.rpt4j.api.Precision;
import org.rpt4j.api.RolloutPrecision;
import org.rpt4j.api.error.UnsupportedCapabilityException;

/** Refuses options that a backend does not support, in the same words everywhere. Stateless. */
public final class UnsupportedOptions {

    private UnsupportedOptions() {}

    /**
     * Refuses frozen weights in 8 bits.
     *
     * @param backend name of the backend, for the message
     * @throws UnsupportedCapabilityException if the options ask for them
     */
    public static void refuseInt8(String backend, BackendOptions options) {
        if (options.frozenWeights() == FrozenWeights.INT8) {
            throw new UnsupportedCapabilityException("Backend \"" + backend + "\" was asked for "
                    + BackendOptions.FROZEN_WEIGHTS.name() + " INT8 but holds weights in its precision only. Use "
                    + FrozenWeights.PRECISION + ", or the backend native.");
        }
    }

    /**
     * Refuses moments of an optimizer in BF16.
     *
     * @param backend name of the backend, for the message
     * @throws UnsupportedCapabilityException if the options ask for them
     */
    public static void refuseBf16Moments(String backend, BackendOptions options) {
        if (options.moments() == Precision.BF16) {
            throw new UnsupportedCapabilityException("Backend \"" + backend + "\" was asked for "
                    + BackendOptions.MOMENTS.name() + " BF16 but holds moments in single precision or more. Use "
                    + Precision.FP32 + ", or the backend native.");
        }
    }

    /**
     * Refuses updates layer by layer.
     *
     * @param backend name of the backend, for the message
     * @throws UnsupportedCapabilityException if the options ask for them
     */
    public static void refuseLayerwiseUpdates(String backend, BackendOptions options) {
        if (options.layerwiseUpdates()) {
            throw new UnsupportedCapabilityException("Backend \"" + backend + "\" was asked for "
                    + BackendOptions.LAYERWISE_UPDATES.name() + " but updates all weights at once. Turn it off, or use"
                    + " the backend native.");
        }
    }

    /**
     * Refuses rollouts of rounded weights.
     *
     * @param backend name of the backend, for the message
     * @throws UnsupportedCapabilityException if the options ask for them
     */
    public static void refuseInt8Rollouts(String backend, BackendOptions options) {
        if (options.rolloutPrecision() == RolloutPrecision.INT8) {
            throw new UnsupportedCapabilityException("Backend \"" + backend + "\" was asked for "
                    + BackendOptions.ROLLOUT_PRECISION.name()
                    + " INT8 but samples rollouts from its weights as they are."
                    + " Use " + RolloutPrecision.EXACT + ", or the backend native.");
        }
    }
}
