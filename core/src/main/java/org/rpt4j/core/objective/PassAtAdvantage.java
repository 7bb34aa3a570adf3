package org.rpt4j.core.objective;

import java.util.Arrays;

/**
 * Pass@k training by counting: with the rewards in ascending order, the one at rank j (from 0) is the best of C(j, k-1)
 * of the C(G, k) sets, and of those with a given rollout it is the best of as many sets of the others.
 */
record PassAtAdvantage(int k) implements Advantage {

    PassAtAdvantage {
        if (k < 1) {
            throw new IllegalArgumentException(BEST_OF.name() + " is " + k + ", must be at least 1");
        }
    }

    @Override
    public double[] of(double[] rewards, int[] lengths) {
        BaselineAdvantage.requireGroup(rewards, lengths);
        double[] advantages = new double[rewards.length];
        if (rewards.length < leastGroupSize()) {
            return advantages;
        }
        double least = Arrays.stream(rewards).min().getAsDouble();
        double[] ascending =
                Arrays.stream(rewards).map(reward -> reward - least).sorted().toArray();
        double mean = meanOfBest(ascending, k, 0);
        double variance = 0;
        for (int j = k - 1; j < ascending.length; j++) {
            variance += shareWithBest(j, ascending.length, k) * (ascending[j] - mean) * (ascending[j] - mean);
        }
        if (variance == 0) {
            return advantages;
        }
        for (int i = 0; i < rewards.length; i++) {
            double own = rewards[i] - least;
            double withIt = meanOfBest(without(ascending, own), k - 1, own);
            advantages[i] = (withIt - mean) / Math.sqrt(variance);
        }
        return advantages;
    }

    /** The mean, over all sets of {@code size} rewards, of the best in the set or {@code floor} if that is more. */
    private static double meanOfBest(double[] ascending, int size, double floor) {
        if (size == 0) {
            return floor;
        }
        double mean = 0;
        for (int j = size - 1; j < ascending.length; j++) {
            mean += shareWithBest(j, ascending.length, size) * Math.max(ascending[j], floor);
        }
        return mean;
    }

    /** C(rank, size - 1) / C(count, size), without a factorial: the share of the sets whose best has this rank. */
    private static double shareWithBest(int rank, int count, int size) {
        double share = (double) size / count;
        for (int i = 1; i < size; i++) {
            share *= (double) (rank - i + 1) / (count - i);
        }
        return share;
    }

    private static double[] without(double[] ascending, double one) {
        int at = Arrays.binarySearch(ascending, one);
        double[] others = Arrays.copyOf(ascending, ascending.length - 1);
        System.arraycopy(ascending, at + 1, others, at, others.length - at);
        return others;
    }

    @Override
    public int leastGroupSize() {
        return k + 1;
    }

    /** Such as {@code PASS@4}. */
    @Override
    public String toString() {
        return "PASS@" + k;
    }
}
