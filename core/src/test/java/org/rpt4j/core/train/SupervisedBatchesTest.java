package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.CounterRandom;

class SupervisedBatchesTest {

    /** No two are equal, even if their lengths agree. */
    private static final List<SupervisedExample> EXAMPLES = IntStream.range(0, 200)
            .mapToObj(i -> SupervisedExample.document(IntStream.generate(() -> i)
                    .limit(2 + CounterRandom.below(30, 5, i))
                    .toArray()))
            .toList();

    @Test
    void everyExampleIsLearnedOncePerEpochWithinTheBudget() {
        SupervisedBatches batches = new SupervisedBatches(EXAMPLES, 64, 1);
        long first = batches.stepsIn(1);
        long second = batches.stepsIn(2);
        List<SupervisedExample> seen = new ArrayList<>();
        for (long step = 0; step < first; step++) {
            assertThat(tokens(batches.batch(step))).isLessThanOrEqualTo(64);
            seen.addAll(batches.batch(step));
        }
        assertThat(seen).containsExactlyInAnyOrderElementsOf(EXAMPLES).isNotEqualTo(EXAMPLES);
        seen.clear();
        for (long step = first; step < second; step++) {
            seen.addAll(batches.batch(step));
        }
        assertThat(seen).containsExactlyInAnyOrderElementsOf(EXAMPLES);
    }

    @Test
    void batchesAreAFunctionOfStepAndSeed() {
        SupervisedBatches forward = new SupervisedBatches(EXAMPLES, 64, 1);
        SupervisedBatches backward = new SupervisedBatches(EXAMPLES, 64, 1);
        SupervisedBatches other = new SupervisedBatches(EXAMPLES, 64, 2);
        long steps = forward.stepsIn(3);
        List<List<SupervisedExample>> inOrder = new ArrayList<>();
        for (long step = 0; step < steps; step++) {
            inOrder.add(forward.batch(step));
        }
        for (long step = steps - 1; step >= 0; step -= 7) {
            assertThat(backward.batch(step)).isEqualTo(inOrder.get((int) step));
        }
        assertThat(other.batch(0)).isNotEqualTo(inOrder.get(0));
        assertThat(inOrder.get((int) forward.stepsIn(1))).isNotEqualTo(inOrder.get(0));
    }

    @Test
    void neighboursInLengthShareABatchAndBatchesAreNotSortedByLength() {
        SupervisedBatches batches = new SupervisedBatches(EXAMPLES, 64, 1);
        double spread = 0;
        List<Integer> firstLengths = new ArrayList<>();
        long steps = batches.stepsIn(1);
        for (long step = 0; step < steps; step++) {
            List<SupervisedExample> batch = batches.batch(step);
            spread += batch.get(batch.size() - 1).tokenCount() - batch.get(0).tokenCount();
            firstLengths.add(batch.get(0).tokenCount());
        }
        assertThat(spread / steps).isLessThan(5);
        assertThat(firstLengths).isNotEqualTo(firstLengths.stream().sorted().toList());
    }

    @Test
    void aLongExampleIsABatchOfItsOwn() {
        SupervisedExample tooLong = SupervisedExample.document(new int[100]);
        SupervisedBatches batches = new SupervisedBatches(List.of(tooLong, EXAMPLES.get(0)), 64, 1);
        assertThat(batches.stepsIn(1)).isEqualTo(2);
    }

    @Test
    void badInputIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SupervisedBatches(List.of(), 64, 1))
                .withMessageContaining("no examples");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SupervisedExample.document(new int[] {1}))
                .withMessageContaining("at least two");
        assertThatIllegalArgumentException().isThrownBy(() -> new SupervisedExample(new int[0], new int[] {1}));
    }

    private static int tokens(List<SupervisedExample> batch) {
        return batch.stream().mapToInt(SupervisedExample::tokenCount).sum();
    }
}
