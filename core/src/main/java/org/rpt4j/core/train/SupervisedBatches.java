package org.rpt4j.core.train;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.rpt4j.api.CounterRandom;

/**
 * The order of the examples: every example once per epoch, batched by similar length, batches in random order. A pure
 * function of examples, token budget and seed, so a resumed run sees the same batches as an uninterrupted one. Keeps
 * the plan of one epoch; not thread-safe.
 *
 * @since 0.1.0
 */
public final class SupervisedBatches {

    private static final int BATCHES_PER_WINDOW = 16;
    private static final long ORDER_OF_EXAMPLES = 0;
    private static final long ORDER_OF_BATCHES = 1;

    private final List<SupervisedExample> examples;
    private final int tokensPerStep;
    private final long seed;
    private long epoch;
    private long firstStep;
    private List<List<SupervisedExample>> plan;

    /**
     * @param examples examples, at least one
     * @param tokensPerStep maximum number of tokens of a batch, unless a single example is longer
     */
    public SupervisedBatches(List<SupervisedExample> examples, int tokensPerStep, long seed) {
        if (examples.isEmpty()) {
            throw new IllegalArgumentException("there are no examples to learn from");
        }
        this.examples = List.copyOf(examples);
        this.tokensPerStep = tokensPerStep;
        this.seed = seed;
        this.plan = planOf(0);
    }

    /** The examples of a step, counted from 0 over all epochs. */
    public List<SupervisedExample> batch(long step) {
        if (step < firstStep) {
            epoch = 0;
            firstStep = 0;
            plan = planOf(0);
        }
        while (step >= firstStep + plan.size()) {
            firstStep += plan.size();
            epoch++;
            plan = planOf(epoch);
        }
        return plan.get((int) (step - firstStep));
    }

    /**
     * Number of steps in the first {@code epochs} epochs. Epochs may differ by a few steps, because batches fill
     * differently.
     */
    public long stepsIn(int epochs) {
        long steps = 0;
        for (int e = 0; e < epochs; e++) {
            steps += planOf(e).size();
        }
        return steps;
    }

    private List<List<SupervisedExample>> planOf(long ofEpoch) {
        List<SupervisedExample> shuffled = shuffled(examples, ofEpoch, ORDER_OF_EXAMPLES);
        List<List<SupervisedExample>> batches = new ArrayList<>();
        long windowTokens = (long) BATCHES_PER_WINDOW * tokensPerStep;
        for (List<SupervisedExample> window : TokenBudget.pack(shuffled, SupervisedExample::tokenCount, windowTokens)) {
            List<SupervisedExample> byLength = new ArrayList<>(window);
            byLength.sort(Comparator.comparingInt(SupervisedExample::tokenCount));
            batches.addAll(TokenBudget.pack(byLength, SupervisedExample::tokenCount, tokensPerStep));
        }
        return shuffled(batches, ofEpoch, ORDER_OF_BATCHES);
    }

    private <T> List<T> shuffled(List<T> items, long ofEpoch, long purpose) {
        List<T> order = new ArrayList<>(items);
        for (int i = order.size() - 1; i > 0; i--) {
            int j = CounterRandom.below(i + 1, seed, ofEpoch, purpose, i);
            T moved = order.set(i, order.get(j));
            order.set(j, moved);
        }
        return order;
    }
}
