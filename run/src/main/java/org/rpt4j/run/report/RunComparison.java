package org.rpt4j.run.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.core.eval.EvaluationComparison;
import org.rpt4j.core.eval.EvaluationReport;
import org.rpt4j.run.directory.EvaluationRecord;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.directory.RecordedSetting;

/**
 * The results of two runs: their last evaluations, paired by task, and the settings that differ. One run each: a
 * difference is between two trained models; comparing two methods needs several seeds.
 *
 * @param evaluations the last evaluations, labelled with the names of their runs
 * @param firstFlops compute of the first run before its last evaluation
 * @param secondFlops the same of the second
 * @param changes settings whose values differ
 * @since 0.1.0
 */
public record RunComparison(
        EvaluationComparison evaluations, double firstFlops, double secondFlops, List<Change> changes) {

    public RunComparison {
        changes = List.copyOf(changes);
    }

    /**
     * A setting whose values differ.
     *
     * @param setting its name
     * @param first value in the first run; a dash if it has none
     * @param second value in the second run
     */
    public record Change(String setting, String first, String second) {}

    /**
     * Compares two runs.
     *
     * @throws StorageException if a run cannot be read or holds no evaluation
     * @throws IllegalArgumentException if the evaluations are not of the same tasks
     */
    public static RunComparison of(RecordedRun first, RecordedRun second) {
        boolean sameName = first.name().equals(second.name());
        EvaluationRecord one = last(first);
        EvaluationRecord other = last(second);
        EvaluationComparison evaluations = EvaluationComparison.of(
                labelled(one.report(), sameName ? first.directory().toString() : first.name()),
                labelled(other.report(), sameName ? second.directory().toString() : second.name()));
        return new RunComparison(
                evaluations, one.flops(), other.flops(), changes(first.configuration(), second.configuration()));
    }

    /** For a terminal. */
    public String toText() {
        return ComparisonText.of(this);
    }

    /** One self-contained HTML page. */
    public String toHtml() {
        return ComparisonPage.of(this);
    }

    /** Whether both trained with the same compute, up to five per cent. */
    public boolean isAtEqualCompute() {
        return Math.abs(firstFlops - secondFlops) <= 0.05 * Math.max(firstFlops, secondFlops);
    }

    private static EvaluationRecord last(RecordedRun run) {
        List<EvaluationRecord> evaluations = run.evaluations();
        if (evaluations.isEmpty()) {
            throw new StorageException(run.directory() + " has no evaluation to compare."
                    + " Set evaluation.tasks above 0 and hold documents out.");
        }
        return evaluations.get(evaluations.size() - 1);
    }

    private static EvaluationReport labelled(EvaluationReport report, String name) {
        return new EvaluationReport(
                name, report.policyVersion(), report.sampling(), report.splits(), report.outcomes());
    }

    private static List<Change> changes(List<RecordedSetting> first, List<RecordedSetting> second) {
        Map<String, String> one = values(first);
        Map<String, String> other = values(second);
        Set<String> names = new LinkedHashSet<>(one.keySet());
        names.addAll(other.keySet());
        List<Change> changes = new ArrayList<>();
        for (String name : names) {
            String before = one.getOrDefault(name, "–");
            String after = other.getOrDefault(name, "–");
            if (!before.equals(after)) {
                changes.add(new Change(name, before, after));
            }
        }
        return changes;
    }

    private static Map<String, String> values(List<RecordedSetting> settings) {
        Map<String, String> values = new LinkedHashMap<>();
        settings.forEach(setting -> values.put(setting.name(), setting.value()));
        return values;
    }
}
