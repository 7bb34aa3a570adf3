package org.rpt4j.run.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.rpt4j.core.eval.Difficulty;
import org.rpt4j.core.train.ComputeCost;
import org.rpt4j.run.directory.EvaluationRecord;

/** The scaling law over the evaluations during and after training. */
final class ScalingSection {

    private ScalingSection() {}

    static String html(List<EvaluationRecord> evaluations) {
        List<EvaluationRecord> trained =
                evaluations.stream().filter(e -> e.flops() > 0).toList();
        long computes =
                trained.stream().mapToDouble(EvaluationRecord::flops).distinct().count();
        String content = computes < ScalingFit.MIN_POINTS
                ? Markup.paragraph("Not fitted: the law has three parameters and needs evaluations at "
                        + ScalingFit.MIN_POINTS + " or more checkpoints; the run has " + computes + ".")
                : fitted(trained);
        return Markup.section("Scaling with training compute", content);
    }

    private static String fitted(List<EvaluationRecord> evaluations) {
        double[] compute =
                evaluations.stream().mapToDouble(EvaluationRecord::flops).toArray();
        List<ScalingChart.Curve> curves = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        boolean undetermined = false;
        for (int s : fittedSplits(evaluations)) {
            double[] accuracy = evaluations.stream()
                    .mapToDouble(e -> e.report().splits().get(s).reasoning().rate())
                    .toArray();
            ScalingFit fit = ScalingFit.of(compute, accuracy);
            String name = evaluations.get(0).report().splits().get(s).name();
            curves.add(new ScalingChart.Curve(name, "c" + (1 + s), accuracy, fit));
            undetermined |= fit.atSearchLimit();
            rows.add(List.of(
                    name,
                    Numbers.significant(fit.coefficient()),
                    Numbers.significant(fit.alpha()) + (fit.atSearchLimit() ? " *" : ""),
                    Numbers.percent(fit.limit()),
                    Numbers.fixed(fit.rSquared(), 3),
                    Integer.toString(fit.points())));
        }
        if (curves.isEmpty()) {
            return Markup.paragraph("Not fitted: no difficulty has judged tasks in every evaluation.");
        }
        return "<div class=\"wide\">" + Markup.figure(new ScalingChart(compute, curves).svg(), caption()) + "</div>"
                + Markup.table(List.of("P(C) = A / C^α + P*", "A", "α", "P*, %", "R²", "checkpoints"), rows)
                + Markup.note((undetermined
                                ? "* α ended at the limit of its search: these points do not determine the law, and A"
                                        + " and P* mean nothing by themselves. "
                                : "")
                        + "The checkpoints come from one run and were evaluated on the same tasks, so R² overstates how"
                        + " well the law holds elsewhere.");
    }

    /** The difficulties, or all tasks together where none has a difficulty, as questions. */
    private static List<Integer> fittedSplits(List<EvaluationRecord> evaluations) {
        boolean difficulties =
                AccuracySection.hasDifficulties(evaluations.get(0).report());
        return IntStream.rangeClosed(difficulties ? 1 : 0, difficulties ? Difficulty.values().length : 0)
                .filter(s -> evaluations.stream()
                        .allMatch(e -> e.report().splits().get(s).reasoning().tasks() > 0))
                .boxed()
                .toList();
    }

    private static String caption() {
        return "Dots: reasoning accuracy of a checkpoint. Lines: least-squares fit for each difficulty. "
                + Markup.escape(ComputeCost.CONVENTION) + ".";
    }
}
