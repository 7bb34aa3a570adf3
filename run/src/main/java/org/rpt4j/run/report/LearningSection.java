package org.rpt4j.run.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import org.rpt4j.api.RewardReason;
import org.rpt4j.run.directory.EventRecord;
import org.rpt4j.run.directory.StepEvent;
import org.rpt4j.run.directory.StepRecord;
import org.rpt4j.run.directory.StepValues;
import org.rpt4j.run.health.HealthCheck;

/** How training went, step by step. */
final class LearningSection {

    private static final double SHOWN_SHARE = 0.005;

    private final List<StepRecord> steps;
    private final List<EventRecord> events;
    private final double[] numbers;

    private LearningSection(List<StepRecord> steps, List<EventRecord> events) {
        this.steps = steps;
        this.events = events;
        this.numbers = steps.stream().mapToDouble(StepRecord::step).toArray();
    }

    static String html(List<StepRecord> steps, List<EventRecord> events) {
        return Markup.section(
                "Training",
                steps.isEmpty()
                        ? Markup.paragraph("This run has no steps.")
                        : new LearningSection(steps, events).content());
    }

    private String content() {
        int half = LineChart.halfWindow(steps.size());
        String smoothing = half == 0
                ? "Lines are the measured values."
                : "Faint lines: measured values. Bold lines: centred mean over " + (2 * half + 1) + " steps.";
        List<String> figures = isSupervised(steps) ? supervisedFigures() : reinforcementFigures();
        return Markup.paragraph(summary())
                + starved()
                + HealthTable.summary(events)
                + Markup.figures("many", figures)
                + Markup.note(smoothing)
                + HealthTable.details(events)
                + validations()
                + table();
    }

    static boolean isSupervised(List<StepRecord> steps) {
        return steps.stream().anyMatch(step -> step.event() instanceof StepEvent.Supervised);
    }

    private List<String> supervisedFigures() {
        return List.of(
                figure(
                        "nats per token",
                        "Loss on the text, and on the thoughts if there are any.",
                        series("loss", "c2", StepValues.LOSS)),
                gradient());
    }

    private List<String> reinforcementFigures() {
        return List.of(
                figure(
                        "share",
                        "Mean reward of the rollouts, and the share of live groups, whose rewards differ: only"
                                + " they have a gradient.",
                        HealthCheck.LIVE_GROUP_STARVATION,
                        series("reward", "c2", StepValues.REWARD),
                        series("live groups", "c4", StepValues.LIVE_SHARE)),
                figure(
                        "nats per token",
                        "Entropy of the policy along its own rollouts. A collapse ends exploration.",
                        HealthCheck.ENTROPY_COLLAPSE,
                        series("entropy", "c2", StepValues.ENTROPY)),
                figure(
                        "tokens per response",
                        "Mean length of thought and prediction.",
                        HealthCheck.LENGTH_COLLAPSE,
                        series("length", "c2", StepValues.LENGTH)),
                gradient(),
                figure(
                        "nats",
                        "Difference between the sampler's and the trainer's log-probability of a"
                                + " token. It should stay at rounding error.",
                        HealthCheck.LOG_PROB_GAP,
                        series("gap", "c2", StepValues.LOG_PROB_GAP)),
                figure(
                        "share of rollouts",
                        "Why rollouts got their reward; reasons never above 0.5 % are not drawn.",
                        HealthCheck.BOX_RATE_DROP,
                        reasons()));
    }

    private String gradient() {
        return figure(
                "L2 norm",
                "Gradient before clipping.",
                HealthCheck.GRADIENT_SPIKE,
                series("gradient", "c2", StepValues.GRADIENT_NORM));
    }

    private String summary() {
        long skipped = steps.stream()
                .filter(step -> step.event() instanceof StepEvent.Skipped)
                .count();
        StepRecord last = steps.get(steps.size() - 1);
        return String.format(
                Locale.ROOT,
                "%,d steps in %,.0f s, %,d of them without an update.",
                steps.size(),
                last.seconds(),
                skipped);
    }

    private List<EventRecord> events(EventRecord.Kind kind) {
        return events.stream().filter(event -> event.kind() == kind).toList();
    }

    private String starved() {
        List<EventRecord> starved = events(EventRecord.Kind.STARVED);
        if (starved.isEmpty()) {
            return "";
        }
        EventRecord worst = starved.stream()
                .min(Comparator.comparingDouble(event -> event.value(EventRecord.FOUND)))
                .orElseThrow();
        return Markup.paragraph(String.format(
                Locale.ROOT,
                "%,d steps were starved: dynamic sampling spent its budget and found fewer groups to learn from than"
                        + " wanted, at worst %,.0f of %,.0f in step %,d.",
                starved.size(),
                worst.value(EventRecord.FOUND),
                worst.value(EventRecord.WANTED),
                worst.step()));
    }

    private String validations() {
        List<EventRecord> measured = events(EventRecord.Kind.VALIDATED);
        if (measured.isEmpty()) {
            return "";
        }
        List<List<String>> rows = measured.stream()
                .map(event -> List.of(
                        "step " + event.step() + ", " + event.metric(),
                        Numbers.significant(event.value(EventRecord.VALUE)),
                        Numbers.significant(event.value(EventRecord.BEST)),
                        event.value(EventRecord.BEST_STEP) < 0
                                ? "none"
                                : Long.toString((long) event.value(EventRecord.BEST_STEP))))
                .toList();
        return "<details><summary>Validations</summary>\n"
                + Markup.table(List.of("after", "value", "best so far", "after step"), rows) + "</details>\n";
    }

    private String figure(String unit, String caption, LineChart.Series... series) {
        return figure(unit, caption, List.of(), series);
    }

    private String figure(String unit, String caption, HealthCheck check, LineChart.Series... series) {
        return figure(unit, caption, HealthTable.marks(events, check), series);
    }

    private String figure(String unit, String caption, List<LineChart.Mark> marks, LineChart.Series... series) {
        return Markup.figure(new LineChart(caption, unit, numbers, List.of(series), true, marks).svg(), caption);
    }

    private LineChart.Series series(String name, String style, String metric) {
        return new LineChart.Series(name, style, values(metric));
    }

    private LineChart.Series[] reasons() {
        List<LineChart.Series> series = new ArrayList<>();
        for (RewardReason reason : recordedReasons()) {
            double[] shares =
                    steps.stream().mapToDouble(step -> share(step, reason)).toArray();
            if (Arrays.stream(shares).anyMatch(share -> share > SHOWN_SHARE)) {
                String name =
                        reason.name().toLowerCase(Locale.ROOT).replace('_', ' ').replace('-', ' ');
                series.add(new LineChart.Series(name, "c" + (series.size() % 6 + 1), shares));
            }
        }
        return series.toArray(LineChart.Series[]::new);
    }

    private SortedSet<RewardReason> recordedReasons() {
        SortedSet<RewardReason> reasons = new TreeSet<>();
        for (StepRecord step : steps) {
            for (String metric : step.values().keySet()) {
                if (metric.startsWith(StepValues.REASON)) {
                    reasons.add(RewardReason.valueOf(metric.substring(StepValues.REASON.length())));
                }
            }
        }
        return reasons;
    }

    /** A reason of the user's own is recorded only in steps in which it was given. */
    private static double share(StepRecord step, RewardReason reason) {
        boolean judged = step.values().containsKey(StepValues.REASON + RewardReason.HIT);
        return judged ? step.values().getOrDefault(StepValues.REASON + reason, 0.0) : Double.NaN;
    }

    private double[] values(String metric) {
        return steps.stream().mapToDouble(step -> step.value(metric)).toArray();
    }

    /** Means over the first and the last tenth of the steps. */
    private String table() {
        int tenth = Math.max(1, steps.size() / 10);
        List<List<String>> rows = new ArrayList<>();
        for (String metric : steps.get(steps.size() - 1).values().keySet()) {
            double[] values = values(metric);
            rows.add(List.of(
                    metric,
                    Numbers.significant(mean(values, 0, tenth)),
                    Numbers.significant(mean(values, values.length - tenth, values.length)),
                    Numbers.significant(
                            Arrays.stream(values).filter(Double::isFinite).min().orElse(Double.NaN)),
                    Numbers.significant(
                            Arrays.stream(values).filter(Double::isFinite).max().orElse(Double.NaN))));
        }
        return "<details><summary>All metrics</summary>\n"
                + Markup.table(
                        List.of("metric", "mean of first " + tenth + " steps", "mean of last " + tenth, "min", "max"),
                        rows)
                + "</details>\n";
    }

    private static double mean(double[] values, int from, int to) {
        return Arrays.stream(values, from, to)
                .filter(Double::isFinite)
                .average()
                .orElse(Double.NaN);
    }
}
