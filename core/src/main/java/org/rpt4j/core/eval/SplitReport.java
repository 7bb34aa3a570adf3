package org.rpt4j.core.eval;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.RewardReason;
import org.rpt4j.core.train.GradedRollout;

/**
 * Results on one set of tasks. Means over samples are NaN where there is no sample.
 *
 * @param name {@code all}, or the difficulty in lower case
 * @param tasks number of tasks
 * @param standard next-token accuracy without a thought: argmax on the bare context
 * @param reasoning next-token accuracy with a thought: the mean over tasks of the share of hits among judged samples
 * @param passAtK mean pass@k by k, over tasks with at least k judged samples
 * @param samples number of sampled responses
 * @param abstained responses on which the verifier abstained; they count neither as hit nor as miss
 * @param boxRate share of responses with a box after the thought
 * @param truncatedShare share of responses cut off at the length limit
 * @param meanResponseTokens mean length of a response in tokens
 * @param multiTokenHits hits whose prediction is longer than one token
 * @param reasons judged responses by reason
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
        reasons = Collections.unmodifiableMap(new EnumMap<>(reasons));
    }

    /** Summarises the results of one set of tasks. */
    static SplitReport of(String name, List<TaskResult> results, List<Integer> ks) {
        List<GradedRollout> responses =
                results.stream().flatMap(r -> r.reasoning().rollouts().stream()).toList();
        List<TaskResult> judged = results.stream().filter(r -> r.judged() > 0).toList();
        Map<RewardReason, Integer> reasons = new EnumMap<>(RewardReason.class);
        responses.stream()
                .filter(GradedRollout::isScored)
                .forEach(r -> reasons.merge(r.score().reason(), 1, Integer::sum));
        SortedMap<Integer, Double> passAtK = new TreeMap<>();
        ks.forEach(k -> passAtK.put(k, meanPassAt(k, results)));
        return new SplitReport(
                name,
                results.size(),
                accuracy(results, r -> r.standardHit() ? 1 : 0),
                accuracy(judged, r -> (double) r.hits() / r.judged()),
                passAtK,
                responses.size(),
                (int) responses.stream().filter(r -> !r.isScored()).count(),
                mean(responses, r -> r.prediction() instanceof Prediction.Boxed ? 1 : 0),
                mean(responses, r -> r.rollout().truncated() ? 1 : 0),
                mean(responses, r -> r.rollout().length()),
                results.stream().mapToInt(TaskResult::multiTokenHits).sum(),
                reasons);
    }

    private static double meanPassAt(int k, List<TaskResult> results) {
        List<TaskResult> enough = results.stream().filter(r -> r.judged() >= k).toList();
        return mean(enough, r -> PassAtK.of(r.judged(), r.hits(), k));
    }

    private static Accuracy accuracy(List<TaskResult> results, ToDoubleFunction<TaskResult> share) {
        return new Accuracy(mean(results, share), results.size());
    }

    private static <T> double mean(List<T> items, ToDoubleFunction<T> value) {
        return items.stream().mapToDouble(value).average().orElse(Double.NaN);
    }
}
