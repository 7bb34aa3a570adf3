package org.rpt4j.run.health;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Watches the steps of a run. A warning is raised once when something goes wrong, and cleared when nothing has been wrong
 * for a whole window of steps, so that a value at a threshold does not warn all the time. Depends on the values alone.
 * Used by one thread.
 */
final class HealthWatch {

    private final HealthSettings settings;
    private final List<HealthRule> rules;
    private final Map<HealthCheck, RuleState> states;

    /** Goes on from a state; {@link HealthState#NEW} for a new run. */
    public HealthWatch(HealthSettings settings, HealthState state) {
        this.settings = settings;
        this.rules = settings.rules();
        this.states = new EnumMap<>(HealthCheck.class);
        this.states.putAll(state.rules());
    }

    /** Looks at a step; returns what changed, in the order of {@link HealthCheck}. */
    public List<HealthChange> after(HealthValues values) {
        List<HealthChange> news = new ArrayList<>();
        for (HealthRule rule : rules) {
            rule.measure(values).ifPresent(value -> judge(rule, values, value).ifPresent(news::add));
        }
        return news;
    }

    /** What to go on from after the last step that was looked at. */
    public HealthState state() {
        return new HealthState(states);
    }

    private Optional<HealthChange> judge(HealthRule rule, HealthValues values, double value) {
        RuleState before = states.getOrDefault(rule.check(), RuleState.NEW);
        Window window = new Window(appended(before.recent(), value), settings.windowSteps());
        HealthRule.Judgement judgement = rule.judge(values, window, before.level());
        @Nullable String trouble = judgement.trouble();
        int quiet = before.raised() && trouble == null ? before.quietSteps() + 1 : 0;
        boolean raised = trouble != null || before.raised() && quiet < settings.windowSteps();
        states.put(rule.check(), new RuleState(window.values(), judgement.level(), raised, raised ? quiet : 0));
        if (trouble != null && !before.raised()) {
            return Optional.of(new HealthChange(rule.check(), true, trouble));
        }
        return before.raised() && !raised
                ? Optional.of(new HealthChange(rule.check(), false, "Nothing has been wrong for " + quiet + " steps."))
                : Optional.empty();
    }

    private List<Double> appended(List<Double> recent, double value) {
        List<Double> values = new ArrayList<>(recent);
        values.add(value);
        int surplus = Math.max(0, values.size() - settings.windowSteps());
        return values.subList(surplus, values.size());
    }
}
