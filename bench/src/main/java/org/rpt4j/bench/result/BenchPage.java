package org.rpt4j.bench.result;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.rpt4j.run.report.Markup;

/** A result as a page. */
final class BenchPage {

    private BenchPage() {}

    static String of(BenchResult result) {
        String title = result.title() + ": " + result.model();
        StringBuilder body = new StringBuilder("<header>\n<h1>" + Markup.escape(title) + "</h1>\n"
                + "<p class=\"byline\">Questions: " + result.outcomes().size() + ". Responses to each: "
                + result.outcomes().get(0).samples() + ".</p>\n</header>\n");
        body.append(Markup.section("Accuracy", accuracy(result)));
        for (String level : result.levels()) {
            body.append(Markup.section("By " + level, categories(result, level)));
        }
        body.append(Markup.section("How responses were read", readings(result)));
        body.append(Markup.section("What made the answers", made(result)));
        return Markup.page(title, body.toString());
    }

    private static String accuracy(BenchResult result) {
        List<String> heads =
                new ArrayList<>(List.of("reading", "accuracy %", "95 % interval", "answered %", "undecided %"));
        result.passAt().forEach(k -> heads.add("pass@" + k + " %"));
        result.levels().forEach(level -> heads.add("macro average by " + level + " %"));
        List<List<String>> rows = new ArrayList<>();
        for (Reading reading : result.readings()) {
            Summary summary = result.summary(reading.name());
            List<String> row = new ArrayList<>(List.of(
                    reading.name(),
                    BenchText.percent(summary.accuracy().rate()),
                    BenchText.interval(summary.accuracy()),
                    BenchText.percent(summary.answered()),
                    BenchText.percent(summary.undecided())));
            summary.passAtK()
                    .values()
                    .forEach(pass -> row.add(BenchText.percent(pass.rate()) + " " + BenchText.interval(pass)));
            result.levels().forEach(level -> row.add(BenchText.percent(result.macroAverage(level, reading.name()))));
            rows.add(row);
        }
        return Markup.table(heads, rows)
                + Markup.paragraph(Markup.escape(BenchText.notes(result)))
                + Markup.note("Intervals are Wilson's and count questions. A macro average gives each category the same"
                        + " weight.");
    }

    private static String categories(BenchResult result, String level) {
        List<String> heads = new ArrayList<>(List.of(level, "questions"));
        result.readings().forEach(reading -> heads.add(reading.name() + " %"));
        SortedMap<String, List<String>> rows = new TreeMap<>();
        for (Reading reading : result.readings()) {
            result.categories(level, reading.name())
                    .forEach((name, summary) -> rows.computeIfAbsent(
                                    name,
                                    first -> new ArrayList<>(List.of(
                                            name,
                                            Long.toString(summary.accuracy().tasks()))))
                            .add(BenchText.percent(summary.accuracy().rate()) + " "
                                    + BenchText.interval(summary.accuracy())));
        }
        return Markup.table(heads, List.copyOf(rows.values()));
    }

    private static String readings(BenchResult result) {
        return Markup.textTable(
                List.of("reading", "rule"),
                result.readings().stream()
                        .map(reading -> List.of(reading.name(), reading.says()))
                        .toList());
    }

    private static String made(BenchResult result) {
        return Markup.textTable(
                List.of("setting", "value"),
                result.made().entrySet().stream()
                        .map((Map.Entry<String, String> entry) -> List.of(entry.getKey(), entry.getValue()))
                        .toList());
    }
}
