package org.rpt4j.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.GroundTruth;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.core.corpus.CorpusSummary;
import org.rpt4j.core.task.FilterStatistics;

class PreparedTasksTest {

    private static final List<PredictionTask> TASKS =
            LongStream.range(0, 20).mapToObj(PreparedTasksTest::task).toList();

    private static PredictionTask task(long id) {
        return new PredictionTask(
                id, "d" + id, 1, new int[] {1}, 2, new GroundTruth(new byte[] {'a'}, new int[] {1}), 1);
    }

    private static PreparedTasks prepared(List<PredictionTask> train, List<PredictionTask> heldOut) {
        return new PreparedTasks(train, heldOut, new FilterStatistics(1), new CorpusSummary(20, "none", List.of()));
    }

    @Test
    void aSampleDependsOnIdsAndSeedAloneAndGrowsByAdding() {
        List<PredictionTask> reversed = new ArrayList<>(TASKS);
        Collections.reverse(reversed);
        PreparedTasks tasks = prepared(List.of(), TASKS);

        List<PredictionTask> five = tasks.heldOutSample(5, 1);

        assertThat(five).hasSize(5).doesNotHaveDuplicates();
        assertThat(prepared(List.of(), reversed).heldOutSample(5, 1)).isEqualTo(five);
        assertThat(tasks.heldOutSample(9, 1)).startsWith(five.toArray(PredictionTask[]::new));
        assertThat(tasks.heldOutSample(5, 2)).isNotEqualTo(five);
        assertThat(tasks.heldOutSample(100, 1)).hasSize(20);
        assertThat(tasks.heldOutSample(0, 1)).isEmpty();
    }

    @Test
    void theSourceSuppliesTrainingTasksInEpochs() {
        PreparedTasks tasks = prepared(TASKS, List.of());
        List<PredictionTask> epoch = new ArrayList<>(tasks.source(7).batch(0, 10));

        epoch.addAll(tasks.source(7).batch(1, 10));

        assertThat(epoch).containsExactlyInAnyOrderElementsOf(TASKS);
        assertThat(tasks.source(8).batch(0, 10)).isNotEqualTo(epoch.subList(0, 10));
    }

    @Test
    void withoutTrainingTasksThereIsNoSource() {
        assertThatThrownBy(() -> prepared(List.of(), TASKS).source(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
