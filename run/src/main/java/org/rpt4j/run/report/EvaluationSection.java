package org.rpt4j.run.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.rpt4j.core.eval.SplitReport;
import org.rpt4j.run.directory.EvaluationRecord;

/** The exact values of every evaluation. */
final class EvaluationSection {

    private EvaluationSection() {}

    static String html(List<EvaluationRecord> evaluations) {
        if (evaluations.isEmpty()) {
            return "";
        }
        String sampling = String.format(
                Locale.ROOT,
                "%d sample(s) per %s at temperature %s, at most %d tokens each.",
                evaluations.get(0).report().sampling().groupSize(),
                thing(evaluations),
                evaluations.get(0).report().sampling().temperature(),
                evaluations.get(0).report().sampling().maxTokens());
        return Markup.section(
                "All evaluations",
                Markup.paragraph(sampling) + results(evaluations)
                        + Markup.note("Latency: wall-clock time per " + thing(evaluations) + ", computed in batches.")
                        + "<h3>Patterns of reasoning</h3>\n"
                        + patterns(evaluations)
                        + Markup.note("Share of responses with a phrase of the group, in percent. It counts words,"
                                + " not thoughts."));
    }

    private static String thing(List<EvaluationRecord> evaluations) {
        return hasStandard(evaluations) ? "token" : "task";
    }

    private static boolean hasStandard(List<EvaluationRecord> evaluations) {
        return evaluations.get(0).report().hasStandard();
    }

    private static String results(List<EvaluationRecord> evaluations) {
        List<Column> columns = new ArrayList<>(List.of(
                new Column("evaluation", one -> one.report().label()),
                new Column("step", one -> Long.toString(one.step())),
                new Column("compute, FLOPs", one -> Numbers.significant(one.flops()))));
        boolean standard = hasStandard(evaluations);
        if (standard) {
            columns.add(Column.of("standard, %", all -> AccuracySection.withInterval(all.standard())));
        }
        columns.add(Column.of("reasoning, %", all -> AccuracySection.withInterval(all.reasoning())));
        for (int k : evaluations.get(0).report().all().passAtK().keySet()) {
            columns.add(Column.of(
                    "pass@" + k + ", %", all -> Numbers.percent(all.passAtK().getOrDefault(k, Double.NaN))));
        }
        columns.add(Column.of("box found, %", all -> Numbers.percent(all.boxRate())));
        columns.add(Column.of("truncated, %", all -> Numbers.percent(all.truncatedShare())));
        columns.add(Column.of("response, tokens", all -> Numbers.fixed(all.meanResponseTokens(), 1)));
        columns.add(Column.of("multi-token hits", all -> Integer.toString(all.multiTokenHits())));
        if (standard) {
            columns.add(
                    new Column("standard, ms", one -> milliseconds(one.latency().standardSeconds())));
        }
        columns.add(
                new Column("reasoning, ms", one -> milliseconds(one.latency().reasoningSeconds())));
        return Markup.table(
                columns.stream().map(Column::head).toList(),
                evaluations.stream()
                        .map(one -> columns.stream()
                                .map(column -> column.cell().apply(one))
                                .toList())
                        .toList());
    }

    private record Column(String head, Function<EvaluationRecord, String> cell) {

        static Column of(String head, Function<SplitReport, String> cell) {
            return new Column(head, one -> cell.apply(one.report().all()));
        }
    }

    private static String milliseconds(double seconds) {
        return Numbers.fixed(1e3 * seconds, 1);
    }

    private static String patterns(List<EvaluationRecord> evaluations) {
        List<String> heads = new ArrayList<>(List.of("evaluation"));
        heads.addAll(evaluations.get(0).patterns().keySet());
        List<List<String>> rows = new ArrayList<>();
        for (EvaluationRecord evaluation : evaluations) {
            List<String> row = new ArrayList<>(List.of(evaluation.report().label()));
            evaluation.patterns().values().forEach(share -> row.add(Numbers.percent(share)));
            rows.add(row);
        }
        return Markup.table(heads, rows);
    }
}
