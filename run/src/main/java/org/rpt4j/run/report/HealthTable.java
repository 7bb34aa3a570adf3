package org.rpt4j.run.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.rpt4j.core.alarm.Alarm;
import org.rpt4j.run.directory.EventRecord;

/** The health checks that failed during a run: a table with their messages, and marks for the charts. */
final class HealthTable {

    private HealthTable() {}

    /** How often each health check failed; empty if none did. */
    static String summary(List<EventRecord> events) {
        Map<String, Long> counts = events.stream()
                .filter(event -> event.kind() == EventRecord.Kind.ALARM_RAISED)
                .collect(Collectors.groupingBy(EventRecord::metric, TreeMap::new, Collectors.counting()));
        return counts.isEmpty()
                ? ""
                : Markup.paragraph("<strong>Health checks that failed</strong>, marked in the charts: "
                        + counts.entrySet().stream()
                                .map(entry -> Markup.escape(name(entry.getKey())) + " (" + entry.getValue() + ")")
                                .collect(Collectors.joining(", "))
                        + ".");
    }

    /** Every failed health check with its steps and its message; empty if none failed. */
    static String details(List<EventRecord> events) {
        List<List<String>> rows = new ArrayList<>();
        Map<String, Integer> open = new HashMap<>();
        for (EventRecord event : events) {
            if (event.kind() == EventRecord.Kind.ALARM_RAISED) {
                open.put(event.metric(), rows.size());
                rows.add(new ArrayList<>(List.of(name(event.metric()), event.step() + " to the end", event.message())));
            } else if (event.kind() == EventRecord.Kind.ALARM_CLEARED && open.containsKey(event.metric())) {
                List<String> row = rows.get(open.remove(event.metric()));
                row.set(1, row.get(1).replace("the end", Long.toString(event.step())));
            }
        }
        return rows.isEmpty()
                ? ""
                : "<details open><summary>Health checks</summary>\n"
                        + Markup.textTable(List.of("health check", "steps", "observation"), rows) + "</details>\n";
    }

    /** The steps where a health check failed. */
    static List<LineChart.Mark> marks(List<EventRecord> events, Alarm alarm) {
        return events.stream()
                .filter(event -> event.kind() == EventRecord.Kind.ALARM_RAISED
                        && event.metric().equals(alarm.name()))
                .map(event -> new LineChart.Mark(event.step(), name(event.metric())))
                .toList();
    }

    private static String name(String alarm) {
        return alarm.toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
