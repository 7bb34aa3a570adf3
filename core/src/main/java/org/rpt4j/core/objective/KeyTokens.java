package org.rpt4j.core.objective;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How much a token tells whether a rollout of its group is right (KTAE: Sun et al. 2025, arXiv 2505.16826): the value of
 * a token is 2 sigmoid((F + I) d / 2) - 1, between -1 and 1, from the 2 x 2 table of the rollouts that are right or
 * wrong and have the token or not. F = exp(-2 p) with the two-sided p of Fisher's exact test, or 0 where p is 1; I is the
 * information gain in bits; the direction d = asin(sqrt(share of right ones that have it)) - asin(sqrt(share of wrong
 * ones that have it)) is the effect size. How often a rollout has the token does not count, unlike in the code of the
 * authors. Pure.
 *
 * @since 0.1.0
 */
public final class KeyTokens {

    private KeyTokens() {}

    /**
     * The value of every token of a group; tokens that tell nothing are left out.
     *
     * @param completions token ids of each rollout; left unchanged
     * @param right whether each of them is right
     * @param without tokens that have no value, such as those that end a completion
     */
    public static Map<Integer, Double> of(List<int[]> completions, List<Boolean> right, Set<Integer> without) {
        int hits = (int) right.stream().filter(hit -> hit).count();
        int misses = right.size() - hits;
        Map<Integer, Double> values = new HashMap<>();
        if (hits == 0 || misses == 0) {
            return values;
        }
        Map<Integer, int[]> have = new HashMap<>();
        for (int i = 0; i < completions.size(); i++) {
            int column = right.get(i) ? 0 : 1;
            Arrays.stream(completions.get(i))
                    .distinct()
                    .filter(token -> !without.contains(token))
                    .forEach(token -> have.computeIfAbsent(token, none -> new int[2])[column]++);
        }
        have.forEach((token, counts) -> {
            double value = value(counts[0], counts[1], hits, misses);
            if (value != 0) {
                values.put(token, value);
            }
        });
        return values;
    }

    /** The value of a token that {@code a} of the hits and {@code b} of the misses have. */
    static double value(int a, int b, int hits, int misses) {
        double direction = Math.asin(Math.sqrt((double) a / hits)) - Math.asin(Math.sqrt((double) b / misses));
        double p = fisher(a, b, hits, misses);
        double association = p == 1 ? 0 : Math.exp(-2 * p);
        double importance = (association + informationGain(a, b, hits, misses)) / 2;
        return Math.tanh(importance * direction / 2); // 2 sigmoid(x) - 1
    }

    /** The two-sided p-value: the chance of a table with these margins that is at most as likely as this one. */
    static double fisher(int a, int b, int hits, int misses) {
        int have = a + b;
        double observed = chance(a, have, hits, misses);
        double rarer = 0;
        double all = 0;
        for (int k = Math.max(0, have - misses); k <= Math.min(have, hits); k++) {
            double chance = chance(k, have, hits, misses);
            all += chance;
            rarer += chance <= observed * (1 + 1e-9) ? chance : 0;
        }
        return rarer == all ? 1 : rarer / all;
    }

    /** Up to a factor that all tables with these margins share: C(hits, k) C(misses, have - k) / C(hits + misses, have). */
    private static double chance(int k, int have, int hits, int misses) {
        return Math.exp(logChoose(hits, k) + logChoose(misses, have - k) - logChoose(hits + misses, have));
    }

    private static double logChoose(int n, int k) {
        double log = 0;
        for (int i = 1; i <= k; i++) {
            log += Math.log((double) (n - k + i) / i);
        }
        return log;
    }

    /** H(right) - H(right | token), in bits. */
    static double informationGain(int a, int b, int hits, int misses) {
        double all = hits + misses;
        double have = a + b;
        double gain = entropy(hits / all) - have / all * entropy(a / have);
        return have == all ? 0 : gain - (all - have) / all * entropy((hits - a) / (all - have));
    }

    private static double entropy(double share) {
        return share <= 0 || share >= 1 ? 0 : -(share * log2(share) + (1 - share) * log2(1 - share));
    }

    private static double log2(double x) {
        return Math.log(x) / Math.log(2);
    }
}
