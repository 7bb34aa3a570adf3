package org.rpt4j.run.health;

import java.util.ArrayList;
import java.util.List;

/**
 * When alarms are raised. A threshold of 0 switches its alarm off.
 *
 * <p>The defaults were chosen after nine runs of 20 to 600 steps of the small model, in which entropy fell to 0.45 of
 * its beginning, length to 0.93, the live share to 0.39, and no gradient was 3.2 times the median before it.
 *
 * @param windowSteps steps over which a median or a mean is taken, of which the beginning of a run consists, and for
 *     which nothing must be wrong before an alarm is cleared
 * @param entropyShare least entropy, as a share of that of the beginning
 * @param lengthShare least length of completions, as a share of that of the beginning
 * @param boxRateShare least box rate, as a share of the best that the run had
 * @param liveShare least share of live groups; below a tenth, nine of ten rollouts are sampled in vain
 * @param gapShare most gap between sampler and trainer, as a share of the limit that ends the run
 * @param gradientFactor most gradient norm, as a multiple of the median before it
 */
public record HealthSettings(
        int windowSteps,
        double entropyShare,
        double lengthShare,
        double boxRateShare,
        double liveShare,
        double gapShare,
        double gradientFactor) {

    /** Alarms that healthy runs do not raise. */
    public static final HealthSettings DEFAULTS = new HealthSettings(16, 0.25, 0.3, 0.5, 0.1, 0.5, 5);

    /** No alarms. */
    public static final HealthSettings OFF = new HealthSettings(1, 0, 0, 0, 0, 0, 0);

    public HealthSettings {
        List<String> errors = new ArrayList<>();
        if (windowSteps < 1) {
            errors.add("windowSteps is " + windowSteps + ", must be positive");
        }
        requireShare(errors, "entropyShare", entropyShare);
        requireShare(errors, "lengthShare", lengthShare);
        requireShare(errors, "boxRateShare", boxRateShare);
        requireShare(errors, "liveShare", liveShare);
        requireShare(errors, "gapShare", gapShare);
        if (!(gradientFactor >= 0 && Double.isFinite(gradientFactor))) {
            errors.add("gradientFactor is " + gradientFactor + ", must be finite and not negative");
        }
        if (!errors.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", errors));
        }
    }

    private static void requireShare(List<String> errors, String name, double share) {
        if (!(share >= 0 && share < 1)) {
            errors.add(name + " is " + share + ", must be at least 0 and below 1");
        }
    }

    /** The rules that are switched on. */
    List<HealthRule> rules() {
        List<HealthRule> rules = new ArrayList<>();
        if (entropyShare > 0) {
            rules.add(FallFromStart.ofEntropy(entropyShare));
        }
        if (lengthShare > 0) {
            rules.add(FallFromStart.ofLength(lengthShare));
        }
        if (boxRateShare > 0) {
            rules.add(new BoxRateDrop(boxRateShare));
        }
        if (liveShare > 0) {
            rules.add(new LiveGroupStarvation(liveShare));
        }
        if (gapShare > 0) {
            rules.add(new GapNearLimit(gapShare));
        }
        if (gradientFactor > 0) {
            rules.add(new GradientSpike(gradientFactor));
        }
        return rules;
    }
}
