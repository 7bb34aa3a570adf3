package org.rpt4j.bench.result;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.rpt4j.core.eval.Accuracy;

/** A result for a terminal, in percent. */
final class BenchText {

    private BenchText() {}

    static String of(BenchResult result) {
        StringBuilder text = new StringBuilder(
                result.title() + ", " + result.outcomes().size() + " questions, " + result.model() + "\n\n");
        List<String> heads = new ArrayList<>(List.of("reading", "accuracy %", "95 % interval", "answered %"));
        result.passAt().forEach(k -> heads.add("pass@" + k + " %"));
        result.levels().forEach(level -> heads.add("macro by " + level));
        List<List<String>> rows = new ArrayList<>();
        for (Reading reading : result.readings()) {
            Summary summary = result.summary(reading.name());
            List<String> row = new ArrayList<>(List.of(
                    reading.name(),
                    percent(summary.accuracy().rate()),
                    interval(summary.accuracy()),
                    percent(summary.answered())));
            summary.passAtK().values().forEach(pass -> row.add(percent(pass.rate()) + " " + interval(pass)));
            result.levels().forEach(level -> row.add(percent(result.macroAverage(level, reading.name()))));
            rows.add(row);
        }
        text.append(table(heads, rows)).append('\n');
        text.append(notes(result)).append('\n');
        return text.toString();
    }

    /** What else is worth knowing about the responses, in sentences. */
    static String notes(BenchResult result) {
        List<String> notes = new ArrayList<>();
        if (result.meanTokens() > 0) {
            notes.add("Truncated " + percent(result.truncatedShare()) + " %, ended inside a thought "
                    + percent(result.openThoughtShare()) + " %, mean response "
                    + String.format(Locale.ROOT, "%.1f", result.meanTokens()) + " tokens.");
        }
        double undecided = result.readings().stream()
                .mapToDouble(reading -> result.summary(reading.name()).undecided())
                .max()
                .orElse(0);
        if (undecided > 0) {
            notes.add("Up to " + percent(undecided)
                    + " % of the answers could not be compared with the known ones and count as wrong.");
        }
        if (result.notAsked() > 0) {
            notes.add(result.notAsked() + " questions did not fit into the context window and count as wrong.");
        }
        if (result.withFewerShots() > 0) {
            notes.add(result.withFewerShots() + " questions had fewer examples, because more did not fit.");
        }
        if (result.refusedRows() > 0) {
            notes.add(result.refusedRows() + " rows of the file are no questions and were left out.");
        }
        return String.join(" ", notes);
    }

    static String percent(double share) {
        return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.1f", 100 * share);
    }

    static String interval(Accuracy accuracy) {
        return "[" + percent(accuracy.low()) + ", " + percent(accuracy.high()) + "]";
    }

    /** Columns as wide as their widest cell; the first is set left, the others right. */
    static String table(List<String> heads, List<List<String>> rows) {
        List<List<String>> all = new ArrayList<>(List.of(heads));
        all.addAll(rows);
        StringBuilder text = new StringBuilder();
        for (List<String> row : all) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                int index = column;
                int width = all.stream()
                        .mapToInt(other -> other.get(index).length())
                        .max()
                        .orElse(0);
                String space = " ".repeat(width - row.get(column).length());
                line.append(column == 0 ? row.get(0) + space : "  " + space + row.get(column));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
