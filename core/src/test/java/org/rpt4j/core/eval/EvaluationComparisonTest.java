package org.rpt4j.core.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.error.StorageException;

class EvaluationComparisonTest {

    private static TaskOutcome outcome(
            long task, double entropy, boolean standard, Map<RewardReason, Integer> reasons) {
        return new TaskOutcome(task, "doc" + task / 2, (int) task, entropy, standard, 2, 1, 0, 20, 0, reasons);
    }

    private static EvaluationReport report(String label, TaskOutcome... outcomes) {
        SamplingOptions sampling = SamplingOptions.greedy(9).toBuilder()
                .groupSize(2)
                .temperature(0.8)
                .build();
        return EvaluationReport.of(label, 3, sampling, List.of(1, 2), List.of(outcomes));
    }

    private static final Map<RewardReason, Integer> HITS = Map.of(RewardReason.HIT, 2);
    private static final Map<RewardReason, Integer> HALF = Map.of(RewardReason.HIT, 1, RewardReason.NO_BOX, 1);
    private static final Map<RewardReason, Integer> MISSES = Map.of(RewardReason.NOT_PREFIX, 2);

    private static final EvaluationReport BEFORE = report(
            "before",
            outcome(0, 0.6, true, MISSES),
            outcome(1, 1.2, false, MISSES),
            outcome(2, 1.8, true, HITS),
            outcome(3, Double.NaN, false, Map.of()));
    private static final EvaluationReport AFTER = report(
            "after",
            outcome(0, 0.6, true, HITS),
            outcome(1, 1.2, true, HALF),
            outcome(2, 1.8, false, MISSES),
            outcome(3, Double.NaN, false, HITS));

    @Test
    void tasksArePairedInEverySplit() {
        EvaluationComparison comparison = EvaluationComparison.of(BEFORE, AFTER);
        assertThat(comparison.splits())
                .extracting(EvaluationComparison.Split::name)
                .containsExactly("all", "easy", "medium", "hard");
        PairedDifference standard = comparison.splits().get(0).standard();
        assertThat(standard.gained()).isEqualTo(1);
        assertThat(standard.lost()).isEqualTo(1);
        assertThat(standard.tasks()).isEqualTo(4);
        PairedDifference reasoning = comparison.splits().get(0).reasoning();
        assertThat(reasoning.tasks())
                .as("a task with an abstention is not in any pair")
                .isEqualTo(3);
        assertThat(reasoning.difference()).isEqualTo((1 + 0.5 - 1) / 3);
        assertThat(comparison.splits()).extracting(s -> s.reasoning().tasks()).containsExactly(3, 3, 2, 1);
        assertThat(comparison.splits().get(3).reasoning().difference()).isEqualTo(-1);
    }

    @Test
    void otherTasksAreRefused() {
        EvaluationReport other = report("other", outcome(0, 0.6, true, HITS), outcome(9, 1.2, true, HALF));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EvaluationComparison.of(BEFORE, other))
                .withMessageContaining(
                        "\"before\" is an evaluation of 4 tasks and \"other\" of 2," + " of which 1 are the same");
        EvaluationReport elsewhere =
                report("elsewhere", new TaskOutcome(0, "another", 0, 0.6, true, 2, 1, 0, 20, 0, HITS));
        EvaluationReport here = report("here", outcome(0, 0.6, true, HITS));
        assertThatIllegalArgumentException().isThrownBy(() -> EvaluationComparison.of(here, elsewhere));
    }

    @Test
    void aReportSurvivesItsJson() {
        assertThat(EvaluationReport.parse(BEFORE.toJson())).isEqualTo(BEFORE);
        assertThat(EvaluationReport.parse(AFTER.toJson())).isEqualTo(AFTER);
    }

    @Test
    void otherJsonIsRefused() {
        for (String text : List.of(
                "",
                "{}",
                "[1]",
                "{\"outcomes\": [{}]}",
                "{\"outcomes\": [",
                "null",
                AFTER.toJson().replace("HIT", "MAYBE"))) {
            assertThatExceptionOfType(StorageException.class)
                    .as(text)
                    .isThrownBy(() -> EvaluationReport.parse(text))
                    .withMessageContaining("not an evaluation report");
        }
    }
}
