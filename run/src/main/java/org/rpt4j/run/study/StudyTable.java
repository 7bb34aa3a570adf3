package org.rpt4j.run.study;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.rpt4j.core.eval.PairedDifference;

/** The rows of a study, as text. */
final class StudyTable {

    private StudyTable() {}

    /**
     * A variant.
     *
     * @param isFirst whether it is what the others are compared with
     * @param difference in reasoning accuracy to the first
     */
    record Row(
            String variant,
            boolean isFirst,
            String standard,
            String reasoning,
            String bySeed,
            PairedDifference difference,
            PairedDifference standardDifference,
            String live,
            String tokens,
            String steps,
            String flops,
            String seconds) {}

    static List<Row> rows(StudyResult result) {
        return result.variants().stream()
                .map(variant -> new Row(
                        variant,
                        variant.equals(result.variants().get(0)),
                        mean(
                                result,
                                variant,
                                100,
                                "%.1f",
                                cell -> cell.evaluation().all().standard().rate()),
                        mean(
                                result,
                                variant,
                                100,
                                "%.1f",
                                cell -> cell.evaluation().all().reasoning().rate()),
                        String.join(
                                " / ",
                                result.cells(variant).stream()
                                        .map(cell -> percent(cell.evaluation()
                                                .all()
                                                .reasoning()
                                                .rate()))
                                        .toList()),
                        result.reasoningDifference(variant),
                        result.standardDifference(variant),
                        mean(result, variant, 100, "%.0f", StudyCell::liveShare),
                        mean(result, variant, 1, "%.1f", StudyCell::thoughtTokens),
                        mean(result, variant, 1, "%.0f", StudyCell::steps),
                        mean(result, variant, 1, "%.2e", StudyCell::flops),
                        mean(result, variant, 1, "%.0f", StudyCell::seconds)))
                .toList();
    }

    static String percent(double rate) {
        return Double.isFinite(rate) ? String.format(Locale.ROOT, "%.1f", 100 * rate) : "-";
    }

    private static String mean(
            StudyResult result, String variant, double factor, String format, ToDoubleFunction<StudyCell> value) {
        return result.mean(variant, value).stream()
                .mapToObj(mean -> String.format(Locale.ROOT, format, factor * mean))
                .findFirst()
                .orElse("-");
    }
}
