package org.rpt4j.core.eval;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.rpt4j.api.RewardReason;

/**
 * Results on one set of tasks. Means are NaN without samples.
 *
 * @param name {@code all}, or the difficulty in lower case
 * @param tasks number of tasks
 * @param standard next-token accuracy without a thought: argmax on the bare context; without tasks if it was not
 *     measured, as for questions
 * @param reasoning next-token accuracy with a thought: the mean over tasks of the hit rate among judged samples
 * @param passAtK mean pass@k by k, over tasks with at least k judged samples
 * @param samples number of sampled responses
 * @param abstained responses on which the verifier abstained; they count as neither hit nor miss
 * @param boxRate share of responses with a box after the thought
 * @param truncatedShare share of responses cut off at the length limit
 * @param meanResponseTokens mean length of a response in tokens
 * @param multiTokenHits hits whose prediction is longer than one token
 * @param reasons judged responses by reason
 * @since 0.1.0
 */
public record SplitReport(
        String name,
        int tasks,
        Accuracy standard,
        Accuracy reasoning,
        SortedMap<Integer, Double> passAtK,
        int samples,
        int abstained,
        double boxRate,
        double truncatedShare,
        double meanResponseTokens,
        int multiTokenHits,
        Map<RewardReason, Integer> reasons) {

    public SplitReport {
        passAtK = Collections.unmodifiableSortedMap(new TreeMap<>(passAtK));
        Map<RewardReason, Integer> counts = new TreeMap<>();
        counts.putAll(reasons);
        reasons = Collections.unmodifiableMap(counts);
    }

    /** The same results under another name. */
    SplitReport named(String other) {
        return new SplitReport(
                other,
                tasks,
                standard,
                reasoning,
                passAtK,
                samples,
                abstained,
                boxRate,
                truncatedShare,
                meanResponseTokens,
                multiTokenHits,
                reasons);
    }

    /** Summarises the outcomes of one set of tasks. */
    static SplitReport of(String name, List<TaskOutcome> outcomes, List<Integer> ks) {
        List<TaskOutcome> predicted =
                outcomes.stream().filter(o -> o.standardHit() != null).toList();
        List<TaskOutcome> judged = outcomes.stream().filter(o -> o.judged() > 0).toList();
        Map<RewardReason, Integer> reasons = new TreeMap<>();
        outcomes.forEach(o -> o.reasons().forEach((reason, count) -> reasons.merge(reason, count, Integer::sum)));
        SortedMap<Integer, Double> passAtK = new TreeMap<>();
        ks.forEach(k -> passAtK.put(k, meanPassAt(k, outcomes)));
        long samples = sum(outcomes, TaskOutcome::samples);
        return new SplitReport(
                name,
                outcomes.size(),
                accuracy(predicted, TaskOutcome::standardShare),
                accuracy(judged, TaskOutcome::hitShare),
                passAtK,
                (int) samples,
                (int) (samples - sum(outcomes, TaskOutcome::judged)),
                (double) sum(outcomes, TaskOutcome::boxed) / samples,
                (double) sum(outcomes, TaskOutcome::truncated) / samples,
                (double) sum(outcomes, TaskOutcome::responseTokens) / samples,
                (int) sum(outcomes, TaskOutcome::multiTokenHits),
                reasons);
    }

    private static double meanPassAt(int k, List<TaskOutcome> outcomes) {
        List<TaskOutcome> enough =
                outcomes.stream().filter(o -> o.judged() >= k).toList();
        return mean(enough, o -> PassAtK.of(o.judged(), o.hits(), k));
    }

    private static Accuracy accuracy(List<TaskOutcome> outcomes, ToDoubleFunction<TaskOutcome> share) {
        return new Accuracy(mean(outcomes, share), outcomes.size());
    }

    private static double mean(List<TaskOutcome> outcomes, ToDoubleFunction<TaskOutcome> value) {
        return outcomes.stream().mapToDouble(value).average().orElse(Double.NaN);
    }

    private static long sum(List<TaskOutcome> outcomes, ToLongFunction<TaskOutcome> count) {
        return outcomes.stream().mapToLong(count).sum();
    }
}
