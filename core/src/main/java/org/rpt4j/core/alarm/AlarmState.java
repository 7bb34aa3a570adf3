package org.rpt4j.core.alarm;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What an {@link AlarmWatch} remembers between two steps. A run that continues from it raises and clears the alarms that
 * it would have raised and cleared without the interruption. Plain finite numbers, a window of them for each alarm.
 *
 * @param rules what is remembered for each alarm; one without an entry begins anew
 */
public record AlarmState(Map<Alarm, RuleState> rules) {

    /** Nothing has been seen. */
    public static final AlarmState NEW = new AlarmState(Map.of());

    public AlarmState {
        Map<Alarm, RuleState> copy = new EnumMap<>(Alarm.class);
        copy.putAll(rules);
        rules = Collections.unmodifiableMap(copy);
    }
}
