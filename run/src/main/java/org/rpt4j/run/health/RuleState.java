package org.rpt4j.run.health;

import java.util.List;

/**
 * The state of one check.
 *
 * @param recent the last values, oldest first
 * @param level reference value; 0 if there is none yet
 * @param besideRecent the last values of a second sign, oldest first; empty if the check has none
 * @param besideLevel reference of the second sign; 0 if there is none yet
 * @param raised whether its warning is on
 * @param quietSteps consecutive steps without a finding while the warning is on
 * @since 0.1.0
 */
public record RuleState(
        List<Double> recent,
        double level,
        List<Double> besideRecent,
        double besideLevel,
        boolean raised,
        int quietSteps) {

    static final RuleState NEW = new RuleState(List.of(), 0, List.of(), 0, false, 0);

    public RuleState {
        recent = List.copyOf(recent);
        besideRecent = List.copyOf(besideRecent);
    }
}
