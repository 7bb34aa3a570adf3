package org.rpt4j.bench.result;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.rpt4j.core.eval.Accuracy;
import org.rpt4j.core.eval.PassAtK;

/**
 * Some questions as one rule read them. The intervals count questions, because several responses to one question are not
 * independent.
 *
 * @param accuracy mean over questions of the share of right responses
 * @param answered share of responses that give an answer
 * @param undecided share of responses whose answer could not be compared
 * @param passAtK mean over questions of pass@k, by k
 * @since 0.1.0
 */
public record Summary(Accuracy accuracy, double answered, double undecided, SortedMap<Integer, Accuracy> passAtK) {

    public Summary {
        passAtK = Collections.unmodifiableSortedMap(new TreeMap<>(passAtK));
    }

    static Summary of(String reading, List<QuestionOutcome> outcomes, List<Integer> ks) {
        int count = outcomes.size();
        double samples = outcomes.stream().mapToInt(QuestionOutcome::samples).sum();
        SortedMap<Integer, Accuracy> passAtK = new TreeMap<>();
        for (int k : ks) {
            double mean = outcomes.stream()
                    .mapToDouble(
                            one -> PassAtK.of(one.samples(), one.marks(reading).right(), k))
                    .average()
                    .orElse(Double.NaN);
            passAtK.put(k, new Accuracy(mean, count));
        }
        return new Summary(
                new Accuracy(
                        outcomes.stream()
                                .mapToDouble(one -> one.share(reading))
                                .average()
                                .orElse(Double.NaN),
                        count),
                outcomes.stream().mapToInt(one -> one.marks(reading).given()).sum() / samples,
                outcomes.stream()
                                .mapToInt(one -> one.marks(reading).undecided())
                                .sum()
                        / samples,
                passAtK);
    }
}
