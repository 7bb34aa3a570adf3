package org.rpt4j.run.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.rpt4j.run.directory.EventRecord;
import org.rpt4j.run.health.HealthCheck;

/** The warnings of a run: a list with what each said, and marks for the charts. */
final class HealthTable {

    private HealthTable() {}

    /** How often each check warned; nothing where none was. */
    static String summary(List<EventRecord> events) {
        Map<String, Long> counts = events.stream()
                .filter(event -> event.kind() == EventRecord.Kind.WARNING_RAISED)
                .collect(Collectors.groupingBy(EventRecord::metric, TreeMap::new, Collectors.counting()));
        return counts.isEmpty()
                ? ""
                : Markup.paragraph("<strong>Health warnings</strong>, marked in the charts: "
                        + counts.entrySet().stream()
                                .map(entry -> Markup.escape(name(entry.getKey())) + " (" + entry.getValue() + ")")
                                .collect(Collectors.joining(", "))
                        + ".");
    }

    /** Every warning with the steps for which it was on and what it said; nothing where there was none. */
    static String details(List<EventRecord> events) {
        List<List<String>> rows = new ArrayList<>();
        Map<String, Integer> open = new HashMap<>();
        for (EventRecord event : events) {
            if (event.kind() == EventRecord.Kind.WARNING_RAISED) {
                open.put(event.metric(), rows.size());
                rows.add(new ArrayList<>(List.of(name(event.metric()), event.step() + " to the end", event.message())));
            } else if (event.kind() == EventRecord.Kind.WARNING_CLEARED && open.containsKey(event.metric())) {
                List<String> row = rows.get(open.remove(event.metric()));
                row.set(1, row.get(1).replace("the end", Long.toString(event.step())));
            }
        }
        return rows.isEmpty()
                ? ""
                : "<details open><summary>Health warnings</summary>\n"
                        + Markup.textTable(List.of("check", "steps", "what was seen"), rows) + "</details>\n";
    }

    /** Where a check warned. */
    static List<LineChart.Mark> marks(List<EventRecord> events, HealthCheck check) {
        return events.stream()
                .filter(event -> event.kind() == EventRecord.Kind.WARNING_RAISED
                        && event.metric().equals(check.name()))
                .map(event -> new LineChart.Mark(event.step(), name(event.metric())))
                .toList();
    }

    private static String name(String check) {
        return check.toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
