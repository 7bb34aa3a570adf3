package org.rpt4j.core.train;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import org.rpt4j.api.Policy;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.core.rollout.GradedGroup;
import org.rpt4j.core.task.TaskSource;

/**
 * Supplies the groups of each step; with dynamic sampling it continues until enough of them are mixed or the budget is
 * spent. Keeps surplus groups for later steps. Its requests depend on the step, the rewards so far and the kept groups,
 * never on time.
 */
final class GroupSupply {

    private final TaskSource tasks;
    private final Policy policy;
    private final RptSettings settings;
    private final PassRates.Collector passRates;
    private final Deque<GradedGroup> carried = new ArrayDeque<>();
    private int starvedSteps;
    private long begunStep = -1;
    private List<GradedGroup> carriedBefore = List.of();
    private int starvedBefore;

    GroupSupply(TaskSource tasks, Policy policy, RptSettings settings, TrainerState.SupplyState known) {
        this.tasks = tasks;
        this.policy = policy;
        this.settings = settings;
        this.passRates = new PassRates.Collector(known.passRates());
        this.starvedSteps = known.starvedSteps();
        known.carried().forEach(group -> carried.add(group.withVersionsPlus(policy.version())));
    }

    /**
     * The state for a run that starts with this step: the current state, or the state before the step if the step was
     * started but not finished.
     */
    TrainerState.SupplyState before(long step) {
        if (step == begunStep) {
            return new TrainerState.SupplyState(passRates.withoutStep(), relative(carriedBefore), starvedBefore);
        }
        return new TrainerState.SupplyState(passRates(), relative(carried), starvedSteps);
    }

    private List<GradedGroup> relative(Collection<GradedGroup> groups) {
        return groups.stream()
                .map(group -> group.withVersionsPlus(-policy.version()))
                .toList();
    }

    /** Pass rates of all tasks so far. Safe from any thread. */
    PassRates passRates() {
        return passRates.snapshot();
    }

    /**
     * The groups of a step.
     *
     * @param judged samples and judges rollouts for tasks
     */
    StepGroups collect(long step, Function<List<PredictionTask>, List<GradedGroup>> judged) {
        begunStep = step;
        carriedBefore = List.copyOf(carried);
        starvedBefore = starvedSteps;
        passRates.beginStep();
        if (settings.dynamicSampling().isOnAt(step)) {
            return new Refill(step, judged).run();
        }
        List<GradedGroup> groups = judged.apply(batch(step, 0));
        passRates.add(groups);
        return StepGroups.of(groups);
    }

    private List<PredictionTask> batch(long step, int round) {
        List<PredictionTask> batch = tasks.batch(TaskSource.batchNumber(step, round), settings.promptsPerStep());
        if (batch.isEmpty()) {
            throw new CorpusException("The task source has no tasks for step " + step + " (asked for "
                    + settings.promptsPerStep() + "). Loosen the selection or use more text.");
        }
        return batch;
    }

    /** Dynamic sampling in one step. */
    private final class Refill {

        private final int wanted = settings.promptsPerStep();
        private final long budget = (long) settings.dynamicSampling().budget() * wanted;
        private final long step;
        private final Function<List<PredictionTask>, List<GradedGroup>> judged;
        private final List<GradedGroup> sampled = new ArrayList<>();
        private final List<GradedGroup> mixed = new ArrayList<>();
        private final Set<Long> seen = new HashSet<>();
        private final double way;

        Refill(long step, Function<List<PredictionTask>, List<GradedGroup>> judged) {
            this.step = step;
            this.judged = judged;
            this.way = settings.dynamicSampling().curriculum() == DynamicSampling.Curriculum.POLICY
                    ? passRates.mean()
                    : (double) step / settings.steps();
        }

        StepGroups run() {
            int dropped = takeCarried();
            int carriedIn = Math.min(mixed.size(), wanted);
            int rounds = 0;
            while (mixed.size() < wanted && sampled.size() < budget) {
                List<PredictionTask> next = next(rounds);
                if (next.isEmpty()) {
                    break;
                }
                add(judged.apply(next));
                rounds++;
            }
            List<GradedGroup> learned = mixed.subList(0, Math.min(wanted, mixed.size()));
            List<GradedGroup> surplus = mixed.subList(learned.size(), mixed.size());
            if (settings.dynamicSampling().maxStaleness() > 0) {
                carried.addAll(surplus);
            } else {
                dropped += surplus.size();
            }
            starvedSteps = learned.size() < wanted ? starvedSteps + 1 : 0;
            RolloutMetrics.RefillMetrics metrics = new RolloutMetrics.RefillMetrics(
                    wanted, learned.size(), sampled.size(), rounds, carriedIn, carried.size(), dropped, starvedSteps);
            return new StepGroups(sampled, learned, Optional.of(metrics));
        }

        /** Takes surplus groups of earlier steps, oldest first; returns the number that are too old. */
        private int takeCarried() {
            int dropped = 0;
            while (!carried.isEmpty()) {
                GradedGroup group = carried.removeFirst();
                long age = policy.version() - group.policyVersion();
                if (age > settings.dynamicSampling().maxStaleness()) {
                    dropped++;
                } else {
                    mixed.add(group);
                    seen.add(group.task().id());
                }
            }
            return dropped;
        }

        /**
         * The tasks of a round: none from an earlier round, those nearest to the band of a curriculum, tasks that are
         * unknown or have had mixed rewards before settled ones, and about as many as needed if the share of mixed groups stays the same.
         */
        private List<PredictionTask> next(int round) {
            List<PredictionTask> unseen = new ArrayList<>();
            for (PredictionTask task : batch(step, round)) {
                if (!seen.contains(task.id())) {
                    unseen.add(task);
                }
            }
            unseen.sort(Comparator.<PredictionTask>comparingDouble(this::distance)
                    .thenComparing(task -> passRates.isSettled(task.id())));
            double nearest = unseen.isEmpty() ? 0 : distance(unseen.get(0));
            unseen.removeIf(task -> distance(task) > nearest);
            long count = Math.min(needed(), budget - sampled.size());
            List<PredictionTask> next = unseen.subList(0, (int) Math.min(count, unseen.size()));
            next.forEach(task -> seen.add(task.id()));
            return next;
        }

        /** How far the pass rate of a task lies outside the band of the curriculum; 0 for one that has none. */
        private double distance(PredictionTask task) {
            OptionalDouble rate = passRates.rate(task.id());
            return rate.isEmpty() ? 0 : settings.dynamicSampling().distance(rate.getAsDouble(), way);
        }

        private long needed() {
            int missing = wanted - mixed.size();
            long found = sampled.stream().filter(GradedGroup::isMixed).count();
            return found == 0 ? wanted : (missing * (long) sampled.size() + found - 1) / found;
        }

        private void add(List<GradedGroup> groups) {
            sampled.addAll(groups);
            groups.stream().filter(GradedGroup::isMixed).forEach(mixed::add);
            passRates.add(groups);
        }
    }
}
