package org.rpt4j.run.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
                "%d sample(s) per token at temperature %s, at most %d tokens each.",
                evaluations.get(0).report().sampling().groupSize(),
                evaluations.get(0).report().sampling().temperature(),
                evaluations.get(0).report().sampling().maxTokens());
        return Markup.section(
                "All evaluations",
                Markup.paragraph(sampling) + results(evaluations)
                        + Markup.note("Latency: wall-clock time per token, computed in batches.")
                        + "<h3>Patterns of reasoning</h3>\n"
                        + patterns(evaluations)
                        + Markup.note("Share of responses with a phrase of the group, in percent. It counts words,"
                                + " not thoughts."));
    }

    private static String results(List<EvaluationRecord> evaluations) {
        List<String> heads =
                new ArrayList<>(List.of("evaluation", "step", "compute, FLOPs", "standard, %", "reasoning, %"));
        evaluations.get(0).report().all().passAtK().keySet().forEach(k -> heads.add("pass@" + k + ", %"));
        heads.addAll(List.of(
                "box found, %",
                "truncated, %", "response, tokens", "multi-token hits", "standard, ms", "reasoning, ms"));
        List<List<String>> rows = new ArrayList<>();
        for (EvaluationRecord evaluation : evaluations) {
            SplitReport all = evaluation.report().all();
            List<String> row = new ArrayList<>(List.of(
                    evaluation.report().label(),
                    Long.toString(evaluation.step()),
                    Numbers.significant(evaluation.flops()),
                    AccuracySection.withInterval(all.standard()),
                    AccuracySection.withInterval(all.reasoning())));
            all.passAtK().values().forEach(pass -> row.add(Numbers.percent(pass)));
            row.addAll(List.of(
                    Numbers.percent(all.boxRate()),
                    Numbers.percent(all.truncatedShare()),
                    Numbers.fixed(all.meanResponseTokens(), 1),
                    Integer.toString(all.multiTokenHits()),
                    Numbers.fixed(1e3 * evaluation.latency().standardSeconds(), 1),
                    Numbers.fixed(1e3 * evaluation.latency().reasoningSeconds(), 1)));
            rows.add(row);
        }
        return Markup.table(heads, rows);
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
