package org.rpt4j.run.report;

import java.util.Locale;
import org.rpt4j.core.eval.EvaluationComparison;
import org.rpt4j.core.eval.EvaluationTable;
import org.rpt4j.core.eval.PairedDifference;
import org.rpt4j.core.train.ComputeCost;

/** A comparison of runs for a terminal. */
final class ComparisonText {

    private ComparisonText() {}

    static String of(RunComparison comparison) {
        EvaluationComparison evaluations = comparison.evaluations();
        StringBuilder text = new StringBuilder(EvaluationTable.of(evaluations.first(), evaluations.second()));
        text.append("\nDifference in percentage points, second minus first, on the same "
                + AccuracySection.things(evaluations.first()) + "\n");
        text.append(
                String.format("  %-20s %8s %18s %7s %6s %8s%n", "", "points", "95 % interval", "gained", "lost", "p"));
        for (EvaluationComparison.Split split : evaluations.splits()) {
            row(text, split.name() + " standard", split.standard());
            row(text, split.name() + " reasoning", split.reasoning());
        }
        text.append("Intervals: paired bootstrap over documents. p: exact sign test (McNemar).\n\n");
        text.append(String.format(
                "Compute before the evaluation: %s against %s FLOPs%s.%n  %s%n",
                Numbers.significant(comparison.firstFlops()),
                Numbers.significant(comparison.secondFlops()),
                comparison.isAtEqualCompute() ? "" : "; the runs did not spend equal compute",
                ComputeCost.CONVENTION));
        text.append(comparison.changes().isEmpty() ? "No setting differs.\n" : "Settings that differ:\n");
        comparison
                .changes()
                .forEach(change -> text.append("  ")
                        .append(change.setting())
                        .append(": ")
                        .append(change.first())
                        .append(" -> ")
                        .append(change.second())
                        .append('\n'));
        return text.toString();
    }

    private static void row(StringBuilder text, String name, PairedDifference difference) {
        if (difference.tasks() == 0) {
            return;
        }
        String interval = difference.documents() < 2
                ? "-"
                : String.format(Locale.ROOT, "[%+.1f, %+.1f]", 100 * difference.low(), 100 * difference.high());
        text.append(String.format(
                Locale.ROOT,
                "  %-20s %+8.1f %18s %7d %6d %8s%n",
                name,
                100 * difference.difference(),
                interval,
                difference.gained(),
                difference.lost(),
                Numbers.probability(difference.pValue())));
    }
}
