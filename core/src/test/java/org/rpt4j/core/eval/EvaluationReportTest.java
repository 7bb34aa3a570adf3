package org.rpt4j.core.eval;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.SamplingOptions;

class EvaluationReportTest {

    private static TaskOutcome outcome(long task, double entropy, RewardReason reason) {
        return new TaskOutcome(task, "doc", (int) task, entropy, false, 2, 2, 0, 20, 0, Map.of(reason, 2));
    }

    private static EvaluationReport report(TaskOutcome... outcomes) {
        return EvaluationReport.of("model", 7, SamplingOptions.greedy(9), List.of(1, 2), List.of(outcomes));
    }

    @Test
    void theResultsAmongSomeTasksAreThoseOfAReportOnThemAlone() {
        TaskOutcome easyHit = outcome(0, 0.6, RewardReason.HIT);
        TaskOutcome hardMiss = outcome(1, 1.8, RewardReason.NOT_PREFIX);
        TaskOutcome hardHit = outcome(2, 1.8, RewardReason.HIT);

        EvaluationReport hard = report(easyHit, hardMiss, hardHit).among(outcome -> outcome.entropy() > 1);

        assertThat(hard).isEqualTo(report(hardMiss, hardHit));
        assertThat(hard.all().reasoning().rate()).isEqualTo(0.5);
        assertThat(hard.all().passAtK()).containsOnlyKeys(1, 2);
    }
}
