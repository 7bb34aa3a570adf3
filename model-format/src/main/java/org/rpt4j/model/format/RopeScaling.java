package org.rpt4j.model.format;

import java.util.List;

/**
 * How rotary frequencies are scaled for contexts longer than those of pre-training.
 *
 * @since 0.1.0
 */
public sealed interface RopeScaling {

    /**
     * Returns the scaled frequencies in radians per position, [size / 2].
     *
     * @param theta base: frequency i is theta^(-2 i / size) before it is scaled
     * @param size components of a head that rotate
     */
    double[] frequencies(double theta, int size);

    /** Returns the factor of rotated queries and keys, which multiplies every cosine and sine. */
    default double attentionFactor() {
        return 1;
    }

    /** Frequencies unchanged. */
    record None() implements RopeScaling {
        @Override
        public double[] frequencies(double theta, int size) {
            return unscaled(theta, size);
        }
    }

    /**
     * Position interpolation: every frequency divided by a factor.
     *
     * @param factor the divisor
     */
    record Linear(double factor) implements RopeScaling {

        public Linear {
            requirePositive("factor", factor);
        }

        @Override
        public double[] frequencies(double theta, int size) {
            double[] frequencies = unscaled(theta, size);
            for (int i = 0; i < frequencies.length; i++) {
                frequencies[i] /= factor;
            }
            return frequencies;
        }
    }

    /**
     * Llama 3: low frequencies divided by {@code factor}, high ones unchanged, a linear blend between them.
     *
     * @param factor divisor of low frequencies
     * @param lowFactor wavelengths above originalContext / lowFactor are low frequencies
     * @param highFactor wavelengths below originalContext / highFactor are high frequencies
     * @param originalContext context length of pre-training in tokens
     */
    record Llama3(double factor, double lowFactor, double highFactor, double originalContext) implements RopeScaling {

        public Llama3 {
            requirePositive("factor", factor);
            requirePositive("lowFactor", lowFactor);
            requirePositive("highFactor", highFactor);
            requirePositive("originalContext", originalContext);
            if (highFactor <= lowFactor) {
                throw new IllegalArgumentException(
                        "highFactor is " + highFactor + ", must be above lowFactor, which is " + lowFactor);
            }
        }

        @Override
        public double[] frequencies(double theta, int size) {
            double[] frequencies = unscaled(theta, size);
            for (int i = 0; i < frequencies.length; i++) {
                frequencies[i] = scale(frequencies[i]);
            }
            return frequencies;
        }

        private double scale(double frequency) {
            double wavelength = 2 * Math.PI / frequency;
            if (wavelength < originalContext / highFactor) {
                return frequency;
            }
            if (wavelength > originalContext / lowFactor) {
                return frequency / factor;
            }
            double keep = (originalContext / wavelength - lowFactor) / (highFactor - lowFactor);
            return (1 - keep) * frequency / factor + keep * frequency;
        }
    }

    /**
     * YaRN (Peng et al. 2023, arXiv 2309.00071, "NTK-by-parts"): pairs that turn more than {@code fastTurns} times within
     * the context of pre-training keep their frequency, those that turn less than {@code slowTurns} times are divided by
     * {@code factor}, and a linear ramp over the index of the pair lies between. The bounds of the ramp are rounded
     * outwards to whole indices if {@code rounded}, as the published code does.
     *
     * @param factor divisor of low frequencies
     * @param fastTurns beta_fast, 32 in the paper
     * @param slowTurns beta_slow, 1 in the paper
     * @param originalContext context length of pre-training in tokens
     * @param rounded whether the bounds of the ramp are whole
     * @param attentionFactor factor of rotated queries and keys; 0.1 ln(factor) + 1 in the paper
     */
    record Yarn(
            double factor,
            double fastTurns,
            double slowTurns,
            double originalContext,
            boolean rounded,
            double attentionFactor)
            implements RopeScaling {

        /** What the published code adds to an empty ramp. */
        private static final double LEAST_RAMP = 0.001;

        public Yarn {
            requirePositive("factor", factor);
            requirePositive("fastTurns", fastTurns);
            requirePositive("slowTurns", slowTurns);
            requirePositive("originalContext", originalContext);
            requirePositive("attentionFactor", attentionFactor);
            if (fastTurns < slowTurns) {
                throw new IllegalArgumentException(
                        "fastTurns is " + fastTurns + ", must not be below slowTurns, which is " + slowTurns);
            }
        }

        @Override
        public double[] frequencies(double theta, int size) {
            double low = index(fastTurns, theta, size);
            double high = index(slowTurns, theta, size);
            if (rounded) {
                low = Math.floor(low);
                high = Math.ceil(high);
            }
            low = Math.max(low, 0);
            high = Math.min(high, size - 1);
            double width = low == high ? LEAST_RAMP : high - low;
            double[] frequencies = unscaled(theta, size);
            for (int i = 0; i < frequencies.length; i++) {
                double divided = Math.min(1, Math.max(0, (i - low) / width));
                frequencies[i] = divided * frequencies[i] / factor + (1 - divided) * frequencies[i];
            }
            return frequencies;
        }

        /** The pair that turns so many times within the context of pre-training, as a real number. */
        private double index(double turns, double theta, int size) {
            return size * Math.log(originalContext / (turns * 2 * Math.PI)) / (2 * Math.log(theta));
        }
    }

    /**
     * Dynamic NTK scaling, which changes nothing within the context of pre-training. Beyond it, the rotation of a token
     * would depend on how long the text becomes, and with it the probability of what follows; the context therefore ends
     * there.
     *
     * @param factor what the published code would scale longer texts by
     */
    record Dynamic(double factor) implements RopeScaling {

        public Dynamic {
            requirePositive("factor", factor);
        }

        @Override
        public double[] frequencies(double theta, int size) {
            return unscaled(theta, size);
        }
    }

    /**
     * LongRoPE (Ding et al. 2024, arXiv 2402.13753): each frequency divided by a factor of its own. The published code has
     * two lists and takes the second as soon as a text exceeds the context of pre-training, for its first tokens, too, so
     * that the probability of a token would depend on what follows. The context therefore ends there, and the short
     * factors always apply.
     *
     * @param shortFactors divisors within the context of pre-training, one for each pair
     * @param longFactors divisors of longer texts; not used
     * @param originalContext context length of pre-training in tokens
     * @param attentionFactor factor of rotated queries and keys
     */
    record LongRope(List<Double> shortFactors, List<Double> longFactors, double originalContext, double attentionFactor)
            implements RopeScaling {

        public LongRope {
            shortFactors = List.copyOf(shortFactors);
            longFactors = List.copyOf(longFactors);
            shortFactors.forEach(factor -> requirePositive("shortFactors", factor));
            longFactors.forEach(factor -> requirePositive("longFactors", factor));
            requirePositive("originalContext", originalContext);
            requirePositive("attentionFactor", attentionFactor);
        }

        @Override
        public double[] frequencies(double theta, int size) {
            double[] frequencies = unscaled(theta, size);
            if (frequencies.length != shortFactors.size() || frequencies.length != longFactors.size()) {
                throw new IllegalArgumentException(
                        "shortFactors has " + shortFactors.size() + " values and longFactors "
                                + longFactors.size() + ", both must have " + frequencies.length
                                + ": half as many as components of a head rotate");
            }
            for (int i = 0; i < frequencies.length; i++) {
                frequencies[i] /= shortFactors.get(i);
            }
            return frequencies;
        }
    }

    private static double[] unscaled(double theta, int size) {
        double[] frequencies = new double[size / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = Math.pow(theta, -2.0 * i / size);
        }
        return frequencies;
    }

    private static void requirePositive(String what, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(what + " is " + value + ", must be positive and finite");
        }
    }
}
