package org.rpt4j.run.study;

import java.util.List;
import org.rpt4j.core.train.ComputeCost;
import org.rpt4j.run.report.Markup;

/** A study as a page. */
final class StudyPage {

    private StudyPage() {}

    static String of(StudyResult result) {
        List<StudyTable.Row> rows = StudyTable.rows(result);
        int tasks = result.before().outcomes().size();
        int seeds = result.cells(rows.get(0).variant()).size();
        String title = rows.size() + " ways to train at equal compute";
        return Markup.page(
                title,
                "<header>\n<h1>" + Markup.escape(title) + "</h1>\n<p class=\"byline\">Every way has the same seeds ("
                        + seeds + ") and the same compute as the first, and is evaluated on the same " + tasks
                        + " held-out tasks, whatever it was trained on.</p>\n</header>\n"
                        + Markup.section("Accuracy", accuracy(result, rows))
                        + Markup.section("Differences to " + rows.get(0).variant(), differences(rows))
                        + Markup.section("What it took", cost(rows))
                        + (result.leftOut().isEmpty() ? "" : Markup.section("Not run", leftOut(result))));
    }

    private static String accuracy(StudyResult result, List<StudyTable.Row> rows) {
        return Markup.paragraph("Before training, "
                        + StudyTable.percent(result.before().all().standard().rate()) + " % of the tokens are predicted"
                        + " right without a thought and "
                        + StudyTable.percent(result.before().all().reasoning().rate()) + " % with one.")
                + Markup.table(
                        List.of("variant", "standard, %", "reasoning, %", "reasoning by seed, %"),
                        rows.stream()
                                .map(row -> List.of(row.variant(), row.standard(), row.reasoning(), row.bySeed()))
                                .toList());
    }

    private static String differences(List<StudyTable.Row> rows) {
        return Markup.table(
                        List.of("variant", "reasoning, points", "standard, points"),
                        rows.stream()
                                .filter(row -> !row.isFirst())
                                .map(row -> List.of(
                                        row.variant(),
                                        StudyText.interval(row.difference()),
                                        StudyText.interval(row.standardDifference())))
                                .toList())
                + Markup.note("95 % intervals by a paired bootstrap over documents, with the seeds of a document kept"
                        + " together. They tell how sure the difference is for these runs; how much it varies between"
                        + " seeds, the table above shows.");
    }

    private static String cost(List<StudyTable.Row> rows) {
        return Markup.table(
                        List.of("variant", "steps", "compute, FLOPs", "seconds", "live groups, %", "rollout, tokens"),
                        rows.stream()
                                .map(row -> List.of(
                                        row.variant(),
                                        row.steps(),
                                        row.flops(),
                                        row.seconds(),
                                        row.live(),
                                        row.tokens()))
                                .toList())
                + Markup.note(
                        "Means over the seeds. Live groups have different rewards; rollouts in the last quarter of"
                                + " the steps. " + Markup.escape(ComputeCost.CONVENTION)
                                + "; what a judge computes is not"
                                + " counted, so look at the seconds, too.");
    }

    private static String leftOut(StudyResult result) {
        return Markup.textTable(
                List.of("variant", "reason"),
                result.leftOut().entrySet().stream()
                        .map(one -> List.of(one.getKey(), one.getValue()))
                        .toList());
    }
}
