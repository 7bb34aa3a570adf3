package org.rpt4j.run.study;

import java.util.Locale;
import org.rpt4j.core.eval.PairedDifference;
import org.rpt4j.core.train.ComputeCost;

/** A study for a terminal. */
final class StudyText {

    private StudyText() {}

    static String of(StudyResult result) {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%-28s %9s %10s %24s %7s %8s %9s %9s%n",
                "",
                "standard",
                "reasoning",
                "difference [95 %]",
                "live",
                "tokens",
                "FLOPs",
                "seconds"));
        text.append(String.format(
                Locale.ROOT,
                "%-28s %9s %10s%n",
                "before",
                StudyTable.percent(result.before().all().standard().rate()),
                StudyTable.percent(result.before().all().reasoning().rate())));
        for (StudyTable.Row row : StudyTable.rows(result)) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-28s %9s %10s %24s %7s %8s %9s %9s%n",
                    row.variant(),
                    row.standard(),
                    row.reasoning(),
                    row.isFirst() ? "" : interval(row.difference()),
                    row.live(),
                    row.tokens(),
                    row.flops(),
                    row.seconds()));
        }
        result.leftOut()
                .forEach((variant, reason) -> text.append("not run: ")
                        .append(variant)
                        .append(": ")
                        .append(reason)
                        .append('\n'));
        return text.append(
                        "Means over the seeds, in %. Differences in reasoning accuracy to the first variant, in points:"
                                + " paired bootstrap over documents.\n")
                .append(ComputeCost.CONVENTION)
                .append('\n')
                .toString();
    }

    static String interval(PairedDifference difference) {
        return String.format(
                Locale.ROOT,
                "%+.1f [%+.1f, %+.1f]",
                100 * difference.difference(),
                100 * difference.low(),
                100 * difference.high());
    }
}
