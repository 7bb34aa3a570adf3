package org.rpt4j.run.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.rpt4j.core.eval.Accuracy;
import org.rpt4j.core.eval.Difficulty;
import org.rpt4j.core.eval.EvaluationComparison;
import org.rpt4j.core.eval.EvaluationReport;
import org.rpt4j.core.eval.PairedDifference;
import org.rpt4j.core.eval.SplitReport;
import org.rpt4j.run.directory.EvaluationRecord;

/** What training did to accuracy: the first evaluation against the last. */
final class AccuracySection {

    private AccuracySection() {}

    static String html(List<EvaluationRecord> evaluations) {
        if (evaluations.isEmpty()) {
            return Markup.section("Accuracy", Markup.paragraph("This run has no evaluation."));
        }
        EvaluationReport first = evaluations.get(0).report();
        if (evaluations.size() == 1) {
            return Markup.section(title(first), charts(List.of(first)) + single(first));
        }
        EvaluationReport last = evaluations.get(evaluations.size() - 1).report();
        return Markup.section(title(first), comparison(EvaluationComparison.of(first, last)));
    }

    /** The heading over accuracies. */
    static String title(EvaluationReport report) {
        return "Accuracy on held-out " + things(report);
    }

    /** What was evaluated: tokens, or tasks that have no next token, such as questions. */
    static String things(EvaluationReport report) {
        return report.hasStandard() ? "tokens" : "tasks";
    }

    /** Finding, drawings and exact values of two evaluations of the same tasks. */
    static String comparison(EvaluationComparison comparison) {
        List<EvaluationReport> reports = List.of(comparison.first(), comparison.second());
        return Markup.lead(finding(comparison))
                + charts(reports)
                + differences(comparison)
                + Markup.note(note(comparison));
    }

    private static String note(EvaluationComparison comparison) {
        String things = things(comparison.first());
        return "Intervals of accuracies: 95 % Wilson, over " + things + ". Intervals of differences: 95 % paired"
                + " bootstrap over documents, because the " + things + " of a document are not independent. p: exact"
                + " sign test on gained and lost " + things + " (McNemar)."
                + (hasDifficulties(comparison.first())
                        ? " Difficulty is the proxy's entropy: easy above 0.5, medium above 1.0, hard above 1.5 nats; easy"
                                + " includes medium, medium includes hard."
                        : "");
    }

    private static String finding(EvaluationComparison comparison) {
        SplitReport before = comparison.first().all();
        SplitReport after = comparison.second().all();
        PairedDifference reasoning = comparison.splits().get(0).reasoning();
        String verdict = reasoning.documents() < 2 || Double.isNaN(reasoning.difference())
                ? "There are too few documents for an interval."
                : reasoning.isDistinct()
                        ? "The interval of the difference excludes zero."
                        : "The interval of the difference includes zero: no difference is shown.";
        return "With a thought, accuracy is <span class=\"key c1\">" + percent(before.reasoning()) + " "
                + Markup.escape(comparison.first().label()) + "</span> and <span class=\"key c2\">"
                + percent(after.reasoning()) + " "
                + Markup.escape(comparison.second().label()) + "</span> ("
                + Numbers.points(reasoning.difference()) + " points, " + interval(reasoning) + ")"
                + (comparison.hasStandard()
                        ? "; without one, it is " + percent(before.standard()) + " and " + percent(after.standard())
                        : "")
                + ". Both use the same " + before.tasks() + " " + things(comparison.first()) + " from "
                + reasoning.documents()
                + " held-out documents. " + verdict;
    }

    private static String charts(List<EvaluationReport> reports) {
        String key = IntStream.range(0, reports.size())
                .mapToObj(i -> "<span class=\"key c" + (i + 1) + "\">●&nbsp;"
                        + Markup.escape(reports.get(i).label()) + "</span>")
                .reduce((a, b) -> a + " &nbsp; " + b)
                .orElseThrow();
        boolean standard = reports.stream().allMatch(EvaluationReport::hasStandard);
        List<String> figures = (standard ? List.of(false, true) : List.of(true))
                .stream()
                        .map(reasoning -> Markup.figure(AccuracyChart.svg(reasoning, reports), ""))
                        .toList();
        return Markup.paragraph(key) + Markup.figures("pair", figures);
    }

    private static String differences(EvaluationComparison comparison) {
        List<List<String>> rows = new ArrayList<>();
        for (int s : shown(comparison.first())) {
            EvaluationComparison.Split split = comparison.splits().get(s);
            SplitReport first = comparison.first().splits().get(s);
            SplitReport second = comparison.second().splits().get(s);
            if (comparison.hasStandard()) {
                rows.add(row(split.name() + ", standard", first.standard(), second.standard(), split.standard()));
            }
            rows.add(row(split.name() + ", reasoning", first.reasoning(), second.reasoning(), split.reasoning()));
        }
        return Markup.table(
                List.of(
                        "accuracy, %",
                        comparison.first().label(),
                        comparison.second().label(),
                        "difference, points",
                        "95 % interval",
                        "gained",
                        "lost",
                        "p",
                        things(comparison.first())),
                rows);
    }

    private static List<String> row(String name, Accuracy first, Accuracy second, PairedDifference difference) {
        return List.of(
                name,
                withInterval(first),
                withInterval(second),
                Numbers.points(difference.difference()),
                difference.documents() < 2 ? "–" : interval(difference),
                Integer.toString(difference.gained()),
                Integer.toString(difference.lost()),
                Numbers.probability(difference.pValue()),
                Integer.toString(difference.tasks()));
    }

    private static String single(EvaluationReport report) {
        List<String> heads = new ArrayList<>(List.of("accuracy, %", "reasoning", things(report)));
        if (report.hasStandard()) {
            heads.add(1, "standard");
        }
        List<List<String>> rows = new ArrayList<>();
        for (int s : shown(report)) {
            SplitReport split = report.splits().get(s);
            List<String> row = new ArrayList<>(
                    List.of(split.name(), withInterval(split.reasoning()), Integer.toString(split.tasks())));
            if (report.hasStandard()) {
                row.add(1, withInterval(split.standard()));
            }
            rows.add(row);
        }
        return Markup.table(heads, rows);
    }

    /** Whether tasks have a difficulty; questions have none. */
    static boolean hasDifficulties(EvaluationReport report) {
        return report.split(Difficulty.EASY).tasks() > 0;
    }

    /** Indices of the splits worth a row: all tasks together only where some are not even easy. */
    static List<Integer> shown(EvaluationReport report) {
        if (!hasDifficulties(report)) {
            return List.of(0);
        }
        int first = report.all().tasks() == report.split(Difficulty.EASY).tasks() ? 1 : 0;
        return IntStream.range(first, report.splits().size()).boxed().toList();
    }

    static String withInterval(Accuracy accuracy) {
        return accuracy.tasks() == 0
                ? "–"
                : Numbers.percent(accuracy.rate()) + " [" + Numbers.percent(accuracy.low()) + ", "
                        + Numbers.percent(accuracy.high()) + "]";
    }

    private static String percent(Accuracy accuracy) {
        return Numbers.percent(accuracy.rate()) + " %";
    }

    static String interval(PairedDifference difference) {
        return "[" + Numbers.points(difference.low()) + ", " + Numbers.points(difference.high()) + "]";
    }
}
