package org.rpt4j.core.eval;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.rpt4j.api.RewardReason;

/**
 * Formats reports side by side as plain text: one column per report, one block per split. The first block has every
 * number, the others the accuracies; splits with the same results share a block. Rates are percentages, with their 95 %
 * interval where they have one. Difficulties without tasks, and standard accuracy where no report has it, are left out. Everything about every split is in {@link EvaluationReport#toJson}.
 *
 * @since 0.1.0
 */
public final class EvaluationTable {

    private static final int NAME_WIDTH = 24;
    private static final int GAP = 2;

    private EvaluationTable() {}

    /** A table of one or more reports on the same tasks, such as before and after training. */
    public static String of(EvaluationReport... reports) {
        return of(List.of(reports));
    }

    /**
     * A table of one or more reports.
     *
     * @throws IllegalArgumentException if there is none, or the sizes of their splits differ
     */
    public static String of(List<EvaluationReport> reports) {
        requireSameTasks(reports);
        StringBuilder text = new StringBuilder();
        int columnWidth = Math.max(
                22,
                reports.stream().mapToInt(r -> r.label().length() + GAP).max().getAsInt());
        row(text, "", columnWidth, reports.stream().map(EvaluationReport::label).toList());
        boolean first = true;
        boolean standard = reports.stream().anyMatch(EvaluationReport::hasStandard);
        for (Block block : blocks(reports)) {
            if (!first && block.splits.get(0).tasks() == 0) {
                continue;
            }
            text.append(String.join(", ", block.names))
                    .append(" (")
                    .append(block.splits.get(0).tasks())
                    .append(" tasks)\n");
            Map<String, Function<SplitReport, String>> rows = accuracies(standard);
            if (first) {
                rows.putAll(details(block.splits));
            }
            rows.forEach((name, cell) -> row(
                    text,
                    "  " + name,
                    columnWidth,
                    block.splits.stream().map(cell).toList()));
            first = false;
        }
        return text.toString();
    }

    /** One split of every report, and the names of all splits that have its results. */
    private record Block(List<String> names, List<SplitReport> splits) {}

    private static List<Block> blocks(List<EvaluationReport> reports) {
        List<Block> blocks = new ArrayList<>();
        for (int s = 0; s < reports.get(0).splits().size(); s++) {
            int index = s;
            List<SplitReport> splits =
                    reports.stream().map(r -> r.splits().get(index)).toList();
            Block last = blocks.isEmpty() ? null : blocks.get(blocks.size() - 1);
            if (last != null && sameResults(last.splits, splits)) {
                last.names.add(splits.get(0).name());
            } else {
                blocks.add(new Block(new ArrayList<>(List.of(splits.get(0).name())), splits));
            }
        }
        return blocks;
    }

    private static boolean sameResults(List<SplitReport> splits, List<SplitReport> others) {
        for (int r = 0; r < splits.size(); r++) {
            if (!splits.get(r).named("").equals(others.get(r).named(""))) {
                return false;
            }
        }
        return true;
    }

    private static Map<String, Function<SplitReport, String>> accuracies(boolean standard) {
        Map<String, Function<SplitReport, String>> rows = new LinkedHashMap<>();
        if (standard) {
            rows.put("standard accuracy", s -> accuracy(s.standard()));
        }
        rows.put("reasoning accuracy", s -> accuracy(s.reasoning()));
        return rows;
    }

    private static Map<String, Function<SplitReport, String>> details(List<SplitReport> splits) {
        Map<String, Function<SplitReport, String>> rows = new LinkedHashMap<>();
        splits.stream()
                .flatMap(s -> s.passAtK().keySet().stream())
                .distinct()
                .sorted()
                .forEach(k -> rows.put(
                        "pass@" + k,
                        s -> s.passAtK().containsKey(k) ? percent(s.passAtK().get(k)) : "-"));
        rows.put("box found", s -> percent(s.boxRate()));
        rows.put("truncated", s -> percent(s.truncatedShare()));
        rows.put("response tokens", s -> number(s.meanResponseTokens()));
        rows.put("multi-token hits", s -> Integer.toString(s.multiTokenHits()));
        rows.put("abstained", s -> Integer.toString(s.abstained()));
        Map<RewardReason, Function<SplitReport, String>> reasons = new TreeMap<>();
        splits.stream()
                .flatMap(s -> s.reasons().keySet().stream())
                .forEach(reason ->
                        reasons.put(reason, s -> Integer.toString(s.reasons().getOrDefault(reason, 0))));
        reasons.forEach((reason, cell) -> rows.put(reason.name(), cell));
        return rows;
    }

    private static void row(StringBuilder text, String name, int columnWidth, List<String> cells) {
        StringBuilder line = new StringBuilder(pad(name, NAME_WIDTH));
        cells.forEach(cell -> line.append(" ".repeat(Math.max(GAP, columnWidth - cell.length())))
                .append(cell));
        text.append(line.toString().stripTrailing()).append('\n');
    }

    private static String accuracy(Accuracy accuracy) {
        return accuracy.tasks() == 0
                ? "-"
                : String.format(
                        Locale.ROOT,
                        "%.2f [%.1f, %.1f]",
                        100 * accuracy.rate(),
                        100 * accuracy.low(),
                        100 * accuracy.high());
    }

    private static String percent(double share) {
        return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.2f", 100 * share);
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.1f", value);
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private static void requireSameTasks(List<EvaluationReport> reports) {
        if (reports.isEmpty()) {
            throw new IllegalArgumentException("a table needs at least one report");
        }
        List<Integer> sizes = sizes(reports.get(0));
        for (EvaluationReport report : reports) {
            if (!sizes(report).equals(sizes)) {
                throw new IllegalArgumentException("\"" + report.label() + "\" has splits of " + sizes(report)
                        + " tasks, \"" + reports.get(0).label() + "\" of " + sizes
                        + ". Only evaluations of the same tasks can be compared.");
            }
        }
    }

    private static List<Integer> sizes(EvaluationReport report) {
        return report.splits().stream().map(SplitReport::tasks).toList();
    }
}
