package org.rpt4j.core.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.rpt4j.core.alarm.Alarm;
import org.rpt4j.core.run.RunEvent;

/** The alarms of a run: a list with what each said, and marks for the charts. */
final class AlarmTable {

    private AlarmTable() {}

    /** Every alarm with the steps for which it was on; nothing where there was none. */
    static String html(List<RunEvent> events) {
        List<List<String>> rows = new ArrayList<>();
        Map<String, Integer> open = new HashMap<>();
        for (RunEvent event : events) {
            if (event.kind() == RunEvent.Kind.ALARM_RAISED) {
                open.put(event.metric(), rows.size());
                rows.add(new ArrayList<>(
                        List.of(name(event.metric()), event.step() + " to the end", event.message())));
            } else if (event.kind() == RunEvent.Kind.ALARM_CLEARED && open.containsKey(event.metric())) {
                List<String> row = rows.get(open.remove(event.metric()));
                row.set(1, row.get(1).replace("the end", Long.toString(event.step())));
            }
        }
        return rows.isEmpty() ? "" : Markup.textTable(List.of("alarm", "steps", "what was seen"), rows);
    }

    /** Where an alarm was raised. */
    static List<LineChart.Mark> marks(List<RunEvent> events, Alarm alarm) {
        return events.stream()
                .filter(event -> event.kind() == RunEvent.Kind.ALARM_RAISED && event.metric().equals(alarm.name()))
                .map(event -> new LineChart.Mark(event.step(), name(event.metric())))
                .toList();
    }

    private static String name(String alarm) {
        return alarm.toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
