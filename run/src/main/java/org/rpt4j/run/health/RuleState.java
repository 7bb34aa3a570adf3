package org.rpt4j.run.health;

import java.util.List;

/**
 * What is remembered for one check.
 *
 * @param recent the last values, oldest first
 * @param level what values are compared with; 0 where there is nothing yet
 * @param raised whether its warning is on
 * @param quietSteps steps in a row in which nothing was wrong, while it is on
 */
public record RuleState(List<Double> recent, double level, boolean raised, int quietSteps) {

    static final RuleState NEW = new RuleState(List.of(), 0, false, 0);

    public RuleState {
        recent = List.copyOf(recent);
    }
}
