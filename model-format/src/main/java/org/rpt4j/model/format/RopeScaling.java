package org.rpt4j.model.format;

/**
 * How rotary frequencies are scaled for contexts longer than those of pre-training.
 *
 * @since 0.1.0
 */
public sealed interface RopeScaling {

    /** Returns the scaled value of {@code frequency} (radians per position). */
    double scale(double frequency);

    /** Frequencies unchanged. */
    record None() implements RopeScaling {
        @Override
        public double scale(double frequency) {
            return frequency;
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
        public double scale(double frequency) {
            return frequency / factor;
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
        public double scale(double frequency) {
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

    private static void requirePositive(String what, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(what + " is " + value + ", must be positive and finite");
        }
    }
}
