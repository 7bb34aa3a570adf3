package org.rpt4j.run.launch;

import static org.rpt4j.run.launch.PhaseNeed.mebibytes;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Needs and settings as lines of text in columns. */
final class ResourceTable {

    private static final String INDENT = "  ";
    private static final List<String> HEADINGS = List.of("phase", "needs", "peak", "available", "verdict", "largest");

    private ResourceTable() {}

    /** One line per phase, under headings. */
    static List<String> of(List<PhaseNeed> needs) {
        List<List<String>> rows = new ArrayList<>(List.of(HEADINGS));
        for (PhaseNeed need : needs) {
            rows.add(List.of(
                    need.name(),
                    mebibytes(need.kept()),
                    mebibytes(need.peak()),
                    mebibytes(need.available()),
                    need.verdict().toString(),
                    need.largest()));
        }
        return inColumns(rows);
    }

    /** One line per setting, which a configuration file can take over. */
    static List<String> settings(List<PlannedSetting> settings) {
        return inColumns(settings.stream()
                .map(setting -> List.of(setting.line(), "# " + setting.effect()))
                .toList());
    }

    private static List<String> inColumns(List<List<String>> rows) {
        List<Integer> widths = IntStream.range(0, rows.get(0).size())
                .mapToObj(column -> rows.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .toList();
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private static String line(List<String> row, List<Integer> widths) {
        StringBuilder line = new StringBuilder(INDENT);
        for (int column = 0; column < row.size(); column++) {
            String text = row.get(column);
            line.append(text).append(" ".repeat(widths.get(column) - text.length() + INDENT.length()));
        }
        return line.toString().stripTrailing();
    }
}
