package org.rpt4j.run.health;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Applies the rules to every step of a run. A warning is raised once and cleared after a whole window of steps without
 * a finding, so that a value near its threshold does not warn repeatedly. Depends only on the values. Confined to one
 * thread.
 */
final class HealthWatch {

    private final HealthSettings settings;
    private final List<HealthRule> rules;
    private final Map<HealthCheck, RuleState> states;

    /** Resumes from a state; {@link HealthState#NEW} for a new run. */
    public HealthWatch(HealthSettings settings, HealthState state) {
        this.settings = settings;
        this.rules = settings.rules();
        this.states = new EnumMap<>(HealthCheck.class);
        this.states.putAll(state.rules());
    }

    /** Checks a step; returns the changes, in the order of {@link HealthCheck}. */
    public List<HealthChange> after(HealthValues values) {
        List<HealthChange> news = new ArrayList<>();
        for (HealthRule rule : rules) {
            rule.measure(values).ifPresent(value -> judge(rule, values, value).ifPresent(news::add));
        }
        return news;
    }

    /** Returns the state after the last checked step. */
    public HealthState state() {
        return new HealthState(states);
    }

    private Optional<HealthChange> judge(HealthRule rule, HealthValues values, double value) {
        RuleState before = states.getOrDefault(rule.check(), RuleState.NEW);
        OptionalDouble beside = rule.measureBeside(values);
        Window window = new Window(
                appended(before.recent(), value),
                beside.isPresent() ? appended(before.besideRecent(), beside.getAsDouble()) : List.of(),
                settings.windowSteps());
        HealthRule.Judgement judgement = rule.judge(values, window, before);
        @Nullable String trouble = judgement.trouble();
        int quiet = before.raised() && trouble == null ? before.quietSteps() + 1 : 0;
        boolean raised = trouble != null || before.raised() && quiet < settings.windowSteps();
        states.put(
                rule.check(),
                new RuleState(
                        window.values(),
                        judgement.level(),
                        window.beside(),
                        judgement.besideLevel(),
                        raised,
                        raised ? quiet : 0));
        if (trouble != null && !before.raised()) {
            return Optional.of(new HealthChange(rule.check(), true, trouble));
        }
        return before.raised() && !raised
                ? Optional.of(new HealthChange(rule.check(), false, "Nothing wrong for " + quiet + " steps."))
                : Optional.empty();
    }

    private List<Double> appended(List<Double> recent, double value) {
        List<Double> values = new ArrayList<>(recent);
        values.add(value);
        int surplus = Math.max(0, values.size() - settings.windowSteps());
        return values.subList(surplus, values.size());
    }
}
