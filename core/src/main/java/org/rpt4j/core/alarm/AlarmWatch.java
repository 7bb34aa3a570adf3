package org.rpt4j.core.alarm;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Watches the steps of a run. An alarm is raised once when something goes wrong, and cleared when nothing has been wrong
 * for a whole window of steps, so that a value at a threshold does not ring all the time. Depends on the values alone.
 * Used by one thread.
 */
public final class AlarmWatch {

    private final AlarmSettings settings;
    private final List<AlarmRule> rules;
    private final Map<Alarm, RuleState> states;

    /** Goes on from a state; {@link AlarmState#NEW} for a new run. */
    public AlarmWatch(AlarmSettings settings, AlarmState state) {
        this.settings = settings;
        this.rules = settings.rules();
        this.states = new EnumMap<>(Alarm.class);
        this.states.putAll(state.rules());
    }

    /** Looks at a step; returns what changed, in the order of {@link Alarm}. */
    public List<AlarmNews> after(VitalSigns signs) {
        List<AlarmNews> news = new ArrayList<>();
        for (AlarmRule rule : rules) {
            rule.measure(signs).ifPresent(value -> judge(rule, signs, value).ifPresent(news::add));
        }
        return news;
    }

    /** What to go on from after the last step that was looked at. */
    public AlarmState state() {
        return new AlarmState(states);
    }

    private Optional<AlarmNews> judge(AlarmRule rule, VitalSigns signs, double value) {
        RuleState before = states.getOrDefault(rule.alarm(), RuleState.NEW);
        Window window = new Window(appended(before.recent(), value), settings.windowSteps());
        AlarmRule.Judgement judgement = rule.judge(signs, window, before.level());
        @Nullable String trouble = judgement.trouble();
        int quiet = before.raised() && trouble == null ? before.quietSteps() + 1 : 0;
        boolean raised = trouble != null || before.raised() && quiet < settings.windowSteps();
        states.put(rule.alarm(), new RuleState(window.values(), judgement.level(), raised, raised ? quiet : 0));
        if (trouble != null && !before.raised()) {
            return Optional.of(new AlarmNews(rule.alarm(), true, trouble));
        }
        return before.raised() && !raised
                ? Optional.of(new AlarmNews(rule.alarm(), false, "Nothing has been wrong for " + quiet + " steps."))
                : Optional.empty();
    }

    private List<Double> appended(List<Double> recent, double value) {
        List<Double> values = new ArrayList<>(recent);
        values.add(value);
        int surplus = Math.max(0, values.size() - settings.windowSteps());
        return values.subList(surplus, values.size());
    }
}
