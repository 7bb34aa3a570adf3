package org.rpt4j.core.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.model.format.JsonFields;

/**
 * The results of an evaluation.
 *
 * @param label name of what was evaluated, for display
 * @param policyVersion version of the weights
 * @param sampling how thoughts were sampled
 * @param splits all tasks first, then the difficulties from easy to hard
 * @param outcomes outcome of each task, in evaluation order
 * @since 0.1.0
 */
public record EvaluationReport(
        String label,
        long policyVersion,
        SamplingOptions sampling,
        List<SplitReport> splits,
        List<TaskOutcome> outcomes) {

    public EvaluationReport {
        splits = List.copyOf(splits);
        outcomes = List.copyOf(outcomes);
    }

    /** Summarises the outcomes over all tasks and by difficulty, with pass@k for every {@code passAt}. */
    static EvaluationReport of(
            String label,
            long policyVersion,
            SamplingOptions sampling,
            List<Integer> passAt,
            List<TaskOutcome> outcomes) {
        List<SplitReport> splits = new ArrayList<>();
        splits.add(SplitReport.of("all", outcomes, passAt));
        for (Difficulty difficulty : Difficulty.values()) {
            List<TaskOutcome> within = difficulty.among(outcomes);
            splits.add(SplitReport.of(difficulty.name().toLowerCase(Locale.ROOT), within, passAt));
        }
        return new EvaluationReport(label, policyVersion, sampling, splits, outcomes);
    }

    /**
     * The results on some of the tasks, such as those of one kind.
     *
     * @param wanted which outcomes count; their order stays
     */
    public EvaluationReport among(Predicate<TaskOutcome> wanted) {
        List<Integer> passAt = List.copyOf(all().passAtK().keySet());
        return of(
                label,
                policyVersion,
                sampling,
                passAt,
                outcomes.stream().filter(wanted).toList());
    }

    /** The results on all tasks. */
    public SplitReport all() {
        return splits.get(0);
    }

    /** Whether next tokens were predicted without a thought, too; false for questions, which have none. */
    public boolean hasStandard() {
        return all().standard().tasks() > 0;
    }

    /** The results on one difficulty. */
    public SplitReport split(Difficulty difficulty) {
        return splits.get(1 + difficulty.ordinal());
    }

    /**
     * The report as one JSON object. Rates are fractions from 0 to 1; a mean over nothing is {@code null}.
     * Without predictions of the next token, {@code standard} and {@code standardHit} are absent.
     */
    public String toJson() {
        return EvaluationJson.write(this);
    }

    /**
     * Reads the output of {@link #toJson}. Rates are recomputed from the outcomes. The JSON does not contain stop
     * tokens and stop conditions, so the sampling options have none.
     *
     * @throws org.rpt4j.api.error.StorageException if the text is not such a report
     */
    public static EvaluationReport parse(String json) {
        return EvaluationJson.read(json);
    }

    /**
     * Reads a report that is part of another file.
     *
     * @throws org.rpt4j.api.error.RptException of the kind of that file's reader, if these are not such a report
     */
    public static EvaluationReport of(JsonFields json) {
        return EvaluationJson.read(json);
    }
}
