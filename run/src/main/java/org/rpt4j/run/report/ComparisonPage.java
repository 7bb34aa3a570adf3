package org.rpt4j.run.report;

import java.util.List;
import org.rpt4j.core.train.ComputeCost;

/** A comparison of runs as a page. */
final class ComparisonPage {

    private ComparisonPage() {}

    static String of(RunComparison comparison) {
        String first = comparison.evaluations().first().label();
        String second = comparison.evaluations().second().label();
        List<List<String>> changes = comparison.changes().stream()
                .map(change -> List.of(change.setting(), change.first(), change.second()))
                .toList();
        String title = first + " against " + second;
        return Markup.page(
                title,
                "<header>\n<h1>" + Markup.escape(title) + "</h1>\n"
                        + "<p class=\"byline\">The last evaluations of two runs, on the same tokens. This"
                        + " compares two trained models; comparing two methods takes several seeds.</p>\n</header>\n"
                        + Markup.section(
                                AccuracySection.title(comparison.evaluations().first()),
                                AccuracySection.comparison(comparison.evaluations()))
                        + Markup.section("Compute", compute(comparison))
                        + Markup.section(
                                "Settings that differ",
                                changes.isEmpty()
                                        ? Markup.paragraph("None.")
                                        : Markup.textTable(List.of("setting", first, second), changes)));
    }

    private static String compute(RunComparison comparison) {
        return Markup.paragraph(Numbers.significant(comparison.firstFlops()) + " against "
                        + Numbers.significant(comparison.secondFlops()) + " FLOPs before the evaluation. "
                        + (comparison.isAtEqualCompute()
                                ? "Equal within 5 %."
                                : "<strong>The runs did not spend equal compute.</strong>"))
                + Markup.note(Markup.escape(ComputeCost.CONVENTION));
    }
}
