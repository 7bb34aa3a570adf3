package org.rpt4j.run.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.rpt4j.core.eval.EvaluationReport;
import org.rpt4j.core.eval.PairedDifference;
import org.rpt4j.core.eval.TaskOutcome;

/**
 * The outcome of a study.
 *
 * @param before evaluation of the model that every run starts with
 * @param cells every trained variant, by variant and then by seed
 * @param leftOut variants that were not run, with the reason
 * @since 0.1.0
 */
public record StudyResult(EvaluationReport before, List<StudyCell> cells, Map<String, String> leftOut) {

    public StudyResult {
        cells = List.copyOf(cells);
        leftOut = new LinkedHashMap<>(leftOut);
    }

    /** The names of the variants that were run, in order; the first is what the others are compared with. */
    public List<String> variants() {
        return cells.stream().map(StudyCell::variant).distinct().toList();
    }

    /** The runs of a variant, in the order of their seeds. */
    public List<StudyCell> cells(String variant) {
        return cells.stream().filter(cell -> cell.variant().equals(variant)).toList();
    }

    /** The mean over the seeds of a variant; empty if there is nothing to average. */
    public OptionalDouble mean(String variant, ToDoubleFunction<StudyCell> value) {
        return cells(variant).stream()
                .mapToDouble(value)
                .filter(Double::isFinite)
                .average();
    }

    /** The difference in reasoning accuracy to the first variant, over the tasks and seeds that both have. */
    public PairedDifference reasoningDifference(String variant) {
        return difference(variant, outcome -> outcome.judged() > 0 ? outcome.hitShare() : Double.NaN);
    }

    /** The difference in standard accuracy to the first variant, over the tasks and seeds that both have. */
    public PairedDifference standardDifference(String variant) {
        return difference(variant, outcome -> outcome.standardHit() != null ? outcome.standardShare() : Double.NaN);
    }

    /** The study as a table for a terminal. */
    public String toText() {
        return StudyText.of(this);
    }

    /** The study as a page that loads nothing and runs nothing. */
    public String toHtml() {
        return StudyPage.of(this);
    }

    private PairedDifference difference(String variant, ToDoubleFunction<TaskOutcome> score) {
        List<String> documents = new ArrayList<>();
        List<Double> first = new ArrayList<>();
        List<Double> second = new ArrayList<>();
        for (StudyCell cell : cells(variant)) {
            StudyCell base = baseOf(cell.seed());
            if (base == null) {
                continue;
            }
            List<TaskOutcome> ours = cell.evaluation().outcomes();
            List<TaskOutcome> theirs = base.evaluation().outcomes();
            for (int i = 0; i < ours.size(); i++) {
                double a = score.applyAsDouble(theirs.get(i));
                double b = score.applyAsDouble(ours.get(i));
                if (Double.isFinite(a) && Double.isFinite(b)) {
                    documents.add(ours.get(i).document());
                    first.add(a);
                    second.add(b);
                }
            }
        }
        return PairedDifference.of(documents, array(first), array(second));
    }

    private @Nullable StudyCell baseOf(long seed) {
        return cells(variants().get(0)).stream()
                .filter(cell -> cell.seed() == seed)
                .findFirst()
                .orElse(null);
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
