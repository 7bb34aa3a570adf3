package org.rpt4j.core.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Compares two evaluations of the same tasks, task by task.
 *
 * @param first the baseline
 * @param second the evaluation to compare with the baseline
 * @param splits all tasks first, then the difficulties from easy to hard
 * @since 0.1.0
 */
public record EvaluationComparison(EvaluationReport first, EvaluationReport second, List<Split> splits) {

    public EvaluationComparison {
        splits = List.copyOf(splits);
    }

    /**
     * One set of tasks.
     *
     * @param name {@code all}, or the difficulty in lower case
     * @param standard difference in next-token accuracy without a thought, over tasks where both predicted it
     * @param reasoning difference in accuracy with a thought, over tasks that were judged in both
     */
    public record Split(String name, PairedDifference standard, PairedDifference reasoning) {}

    /**
     * Compares two evaluations.
     *
     * @throws IllegalArgumentException if they do not have the same tasks in the same order
     */
    public static EvaluationComparison of(EvaluationReport first, EvaluationReport second) {
        requireSameTasks(first, second);
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < first.outcomes().size(); i++) {
            pairs.add(new Pair(first.outcomes().get(i), second.outcomes().get(i)));
        }
        List<Split> splits = new ArrayList<>();
        splits.add(split("all", pairs));
        for (Difficulty difficulty : Difficulty.values()) {
            List<Pair> within = pairs.stream()
                    .filter(pair -> difficulty.contains(pair.first().entropy()))
                    .toList();
            splits.add(split(difficulty.name().toLowerCase(Locale.ROOT), within));
        }
        return new EvaluationComparison(first, second, splits);
    }

    /** Whether both predicted next tokens without a thought. */
    public boolean hasStandard() {
        return first.hasStandard() && second.hasStandard();
    }

    private record Pair(TaskOutcome first, TaskOutcome second) {}

    private static Split split(String name, List<Pair> pairs) {
        List<Pair> predicted = pairs.stream()
                .filter(pair ->
                        pair.first().standardHit() != null && pair.second().standardHit() != null)
                .toList();
        List<Pair> judged = pairs.stream()
                .filter(pair -> pair.first().judged() > 0 && pair.second().judged() > 0)
                .toList();
        return new Split(
                name, difference(predicted, TaskOutcome::standardShare), difference(judged, TaskOutcome::hitShare));
    }

    private static PairedDifference difference(List<Pair> pairs, ToDoubleFunction<TaskOutcome> score) {
        return PairedDifference.of(
                pairs.stream().map(pair -> pair.first().document()).toList(),
                pairs.stream()
                        .mapToDouble(pair -> score.applyAsDouble(pair.first()))
                        .toArray(),
                pairs.stream()
                        .mapToDouble(pair -> score.applyAsDouble(pair.second()))
                        .toArray());
    }

    private static void requireSameTasks(EvaluationReport first, EvaluationReport second) {
        List<TaskKey> asked = keys(first);
        List<TaskKey> other = keys(second);
        if (!asked.equals(other)) {
            long shared = other.stream().filter(asked::contains).count();
            throw new IllegalArgumentException("\"" + first.label() + "\" is an evaluation of " + asked.size()
                    + " tasks and \"" + second.label() + "\" of " + other.size() + ", of which " + shared
                    + " are the same. Only evaluations of the same tasks in the same order can be compared: use the"
                    + " same corpus, tokenizer, proxy, selection and seed.");
        }
    }

    private record TaskKey(long task, String document, int position) {}

    private static List<TaskKey> keys(EvaluationReport report) {
        return report.outcomes().stream()
                .map(o -> new TaskKey(o.task(), o.document(), o.position()))
                .toList();
    }
}
