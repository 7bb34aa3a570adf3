package org.rpt4j.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.GroundTruth;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.core.task.TaskSource;

class TaskSamplerTest {

    private static List<PredictionTask> tasks(int count) {
        GroundTruth truth = new GroundTruth(new byte[] {1}, new int[] {1});
        return IntStream.range(0, count)
                .mapToObj(i -> new PredictionTask(i, "d", i, new int[] {0}, 0, truth, 1))
                .toList();
    }

    private static List<Long> ids(List<PredictionTask> tasks) {
        return tasks.stream().map(PredictionTask::id).toList();
    }

    @Test
    void anEpochSuppliesEveryTaskOnce() {
        TaskSampler sampler = new TaskSampler(tasks(12), 5);
        for (int epoch = 0; epoch < 3; epoch++) {
            List<Long> dealt = new ArrayList<>();
            for (int step = 0; step < 3; step++) {
                dealt.addAll(ids(sampler.batch(epoch * 3L + step, 4)));
            }
            assertThat(dealt).containsExactlyInAnyOrderElementsOf(ids(tasks(12)));
        }
    }

    @Test
    void everyEpochIsAnotherShuffle() {
        TaskSampler sampler = new TaskSampler(tasks(50), 5);
        assertThat(ids(sampler.batch(0, 50))).isNotEqualTo(ids(tasks(50))).isNotEqualTo(ids(sampler.batch(1, 50)));
        assertThat(ids(new TaskSampler(tasks(50), 6).batch(0, 50))).isNotEqualTo(ids(sampler.batch(0, 50)));
    }

    @Test
    void aBatchIsAFunctionOfItsStep() {
        TaskSampler inOrder = new TaskSampler(tasks(10), 5);
        Map<Long, List<Long>> expected = new HashMap<>();
        for (long step = 0; step < 20; step++) {
            expected.put(step, ids(inOrder.batch(step, 3)));
        }
        TaskSampler backwards = new TaskSampler(tasks(10), 5);
        for (long step = 19; step >= 0; step--) {
            assertThat(ids(backwards.batch(step, 3))).isEqualTo(expected.get(step));
        }
    }

    @Test
    void tasksThatDoNotFillABatchComeInOtherEpochs() {
        TaskSampler sampler = new TaskSampler(tasks(10), 5);
        int[] counts = new int[10];
        for (long step = 0; step < 3 * 200; step++) {
            List<Long> batch = ids(sampler.batch(step, 3));
            assertThat(batch).doesNotHaveDuplicates();
            batch.forEach(id -> counts[id.intValue()]++);
        }
        // 180 expected in 200 epochs; five standard deviations.
        assertThat(IntStream.of(counts).boxed())
                .allSatisfy(count -> assertThat(count).isBetween(180 - 22, 199));
    }

    /** Dynamic sampling asks for rounds 2^32 batches apart; no round may take time or memory by the number of tasks. */
    @Test
    void distantBatchesTouchTheirOwnTasksAlone() {
        List<PredictionTask> few = tasks(4);
        List<Integer> asked = new ArrayList<>();
        List<PredictionTask> many = new AbstractList<>() {
            @Override
            public PredictionTask get(int index) {
                asked.add(index);
                return few.get(index & 3);
            }

            @Override
            public int size() {
                return 100_000_000;
            }
        };
        TaskSampler sampler = new TaskSampler(many, 5);
        for (int round = 0; round < 20; round++) {
            assertThat(sampler.batch(TaskSource.batchNumber(3, round), 8)).hasSize(8);
        }
        assertThat(asked).hasSize(160).doesNotHaveDuplicates();
    }

    @Test
    void refusesBatchesThatCannotBeFilled() {
        assertThatThrownBy(() -> new TaskSampler(List.of(), 0)).hasMessageContaining("empty");
        TaskSampler sampler = new TaskSampler(tasks(3), 0);
        assertThatThrownBy(() -> sampler.batch(0, 4)).hasMessageContaining("between 1 and 3");
        assertThatThrownBy(() -> sampler.batch(0, 0)).hasMessageContaining("size");
        assertThatThrownBy(() -> sampler.batch(-1, 1)).hasMessageContaining("step");
    }
}
