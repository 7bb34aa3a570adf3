package org.rpt4j.core.train;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.rpt4j.api.Verdict;
import org.rpt4j.api.error.RewardException;
import org.rpt4j.core.rollout.GradedGroup;
import org.rpt4j.core.rollout.GradedRollout;

/**
 * Ends a run in which too many verdicts are missing. Rollouts without a verdict are left out of their groups; if most
 * have none, the rest no longer represents the task.
 *
 * @param limit maximum share of the rollouts of a step that may have no verdict
 */
record AbstentionGate(double limit) {

    private static final int EXAMPLES = 3;

    AbstentionGate {
        if (!(limit >= 0 && limit <= 1)) {
            throw new IllegalArgumentException(
                    "the share of rollouts without a verdict is " + limit + ", must be from 0 to 1");
        }
    }

    void require(List<GradedGroup> groups, long step) {
        Map<String, Integer> causes = new TreeMap<>();
        long rollouts = 0;
        for (GradedGroup group : groups) {
            for (GradedRollout graded : group.rollouts()) {
                rollouts++;
                if (graded.verdict() instanceof Verdict.Abstained abstained) {
                    causes.merge(abstained.cause(), 1, Integer::sum);
                }
            }
        }
        long abstained = causes.values().stream().mapToLong(Integer::longValue).sum();
        if (abstained > limit * rollouts) {
            String examples = causes.entrySet().stream()
                    .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                    .limit(EXAMPLES)
                    .map(cause -> cause.getKey() + " (" + cause.getValue() + ")")
                    .collect(Collectors.joining("; "));
            throw new RewardException("Step " + step + ": the verifier gave no verdict on " + abstained + " of "
                    + rollouts + " rollouts; the limit is a share of " + limit + ". Causes: " + examples
                    + ". Fix the verifier, give it more time, or raise the limit, and resume from the checkpoint.");
        }
    }
}
