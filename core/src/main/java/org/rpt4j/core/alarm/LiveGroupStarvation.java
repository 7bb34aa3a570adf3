package org.rpt4j.core.alarm;

import java.util.Locale;
import java.util.OptionalDouble;

/** The mean share of live groups is small by itself: what else is sampled is sampled in vain. */
record LiveGroupStarvation(double share) implements AlarmRule {

    @Override
    public Alarm alarm() {
        return Alarm.LIVE_GROUP_STARVATION;
    }

    @Override
    public OptionalDouble measure(VitalSigns signs) {
        return AlarmRule.finite(signs.liveShare());
    }

    @Override
    public Judgement judge(VitalSigns signs, Window window, double level) {
        double mean = window.mean();
        return new Judgement(0, window.isFull() && mean < share ? describe(mean, window.size()) : null);
    }

    private String describe(double mean, int steps) {
        return String.format(
                Locale.ROOT,
                "Only %.1f %% of groups have different rewards (mean of %d steps); the alarm is below %.0f %%. The others"
                        + " teach nothing. Choose tasks that the policy solves sometimes, by entropy or by pass rates,"
                        + " use dynamic sampling, or raise the group size.",
                100 * mean,
                steps,
                100 * share);
    }
}
