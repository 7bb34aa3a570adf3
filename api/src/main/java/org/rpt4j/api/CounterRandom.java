package org.rpt4j.api;

/**
 * Counter-based randomness: every draw is a pure function of its key (seed, step, group, member, position). Retries,
 * batch composition and resuming cannot change a sample, and two consumers cannot influence each other.
 *
 * <p>The function is part of the contract, so that every backend draws the same numbers: it folds the words of the key
 * one by one into a 64-bit state with the SplitMix64 finaliser (Steele, Lea, Flood, OOPSLA 2014).
 *
 * @since 0.1.0
 */
public final class CounterRandom {

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private CounterRandom() {}

    /** 64 uniform bits for a key of any length. */
    public static long bits(long... key) {
        long state = 0;
        for (long word : key) {
            state = folded(state, word);
        }
        return state;
    }

    /** 64 uniform bits for a text, the same on every machine and in every run. */
    public static long bits(String text) {
        long state = 0;
        for (int i = 0; i < text.length(); i++) {
            state = folded(state, text.charAt(i));
        }
        return state;
    }

    /** A uniform number in [0, 1) with 53 random bits. */
    public static double uniform(long seed, long step, long group, long member, long position) {
        return (bits(seed, step, group, member, position) >>> 11) * 0x1.0p-53;
    }

    /** A uniform integer in [0, bound), computed by multiplication; its bias is below bound / 2^32. */
    public static int below(int bound, long... key) {
        if (bound < 1) {
            throw new IllegalArgumentException("bound is " + bound + ", must be positive");
        }
        return (int) (((bits(key) >>> 32) * bound) >>> 32);
    }

    private static long folded(long state, long word) {
        return mix(state + GOLDEN_GAMMA + mix(word + GOLDEN_GAMMA));
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
