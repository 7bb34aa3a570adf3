package org.rpt4j.core.eval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rpt4j.api.CounterRandom;

/**
 * The mean difference between two accuracies on the same tasks. Its 95 % interval is from a paired bootstrap over
 * documents (percentiles of {@value #RESAMPLES} resamples): positions of one document share their context, so documents
 * are the independent units. The p value is from the exact sign test, which for single samples is McNemar's (1947). It
 * treats tasks as independent, so it is the more optimistic of the two when documents have many tasks.
 *
 * @param tasks number of pairs
 * @param documents number of documents that the tasks come from
 * @param difference mean of second minus first; NaN without tasks
 * @param low lower end of the interval; -1 with fewer than two documents
 * @param high upper end of the interval; 1 with fewer than two documents
 * @param gained tasks with a higher second value
 * @param lost tasks with a lower second value
 * @param pValue probability of a split at least this uneven if gains and losses are equally likely
 * @since 0.1.0
 */
public record PairedDifference(
        int tasks, int documents, double difference, double low, double high, int gained, int lost, double pValue) {

    private static final int RESAMPLES = 4000;
    private static final long SEED = 0x5ca1ab1e;

    /**
     * Compares paired values, each from 0 to 1.
     *
     * @param documents document of each pair
     * @param first first values
     * @param second second values of the same tasks in the same order
     */
    public static PairedDifference of(List<String> documents, double[] first, double[] second) {
        Map<String, List<Double>> byDocument = new LinkedHashMap<>();
        int gained = 0;
        int lost = 0;
        double sum = 0;
        for (int i = 0; i < first.length; i++) {
            double difference = second[i] - first[i];
            gained += difference > 0 ? 1 : 0;
            lost += difference < 0 ? 1 : 0;
            sum += difference;
            byDocument.computeIfAbsent(documents.get(i), d -> new ArrayList<>()).add(difference);
        }
        double[] means = byDocument.size() < 2 ? new double[] {-1, 1} : resampledMeans(byDocument.values());
        return new PairedDifference(
                first.length,
                byDocument.size(),
                sum / first.length,
                percentile(means, 0.025),
                percentile(means, 0.975),
                gained,
                lost,
                signTest(gained, lost));
    }

    /** Whether the interval excludes 0. */
    public boolean isDistinct() {
        return low > 0 || high < 0;
    }

    private static double[] resampledMeans(Iterable<List<Double>> documents) {
        List<double[]> clusters = new ArrayList<>();
        documents.forEach(d -> clusters.add(
                new double[] {d.stream().mapToDouble(Double::doubleValue).sum(), d.size()}));
        double[] means = new double[RESAMPLES];
        for (int r = 0; r < RESAMPLES; r++) {
            double sum = 0;
            double count = 0;
            for (int draw = 0; draw < clusters.size(); draw++) {
                double[] cluster = clusters.get(CounterRandom.below(clusters.size(), SEED, r, draw));
                sum += cluster[0];
                count += cluster[1];
            }
            means[r] = sum / count;
        }
        Arrays.sort(means);
        return means;
    }

    private static double percentile(double[] sorted, double share) {
        return sorted[(int) Math.round(share * (sorted.length - 1))];
    }

    /** Twice the smaller tail of the binomial distribution with p = 1/2, at most 1. */
    static double signTest(int gained, int lost) {
        int n = gained + lost;
        double logTerm = -n * Math.log(2);
        double tail = 0;
        for (int i = 0; i <= Math.min(gained, lost); i++) {
            tail += Math.exp(logTerm);
            logTerm += Math.log((double) (n - i) / (i + 1));
        }
        return Math.min(1, 2 * tail);
    }
}
