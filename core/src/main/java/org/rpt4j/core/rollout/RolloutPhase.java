package org.rpt4j.core.rollout;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjLongConsumer;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.Policy;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.error.BackendFailureException;
import org.rpt4j.api.error.BackendMemoryException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.core.phase.Phase;

/**
 * Turns tasks into prompts and samples G rollouts for each. Checks that the rollouts come from the current weights.
 *
 * @since 0.1.0
 */
public final class RolloutPhase {

    private static final String OPERATION = "Generating rollouts";
    private static final String SMALLER = "Lower the maximum number of sequences that the backend decodes at once, "
            + "the maximum completion length or the prompts per step, or give the process more memory. Then resume "
            + "from the checkpoint.";

    private final Policy policy;
    private final PromptFactory prompts;
    private final ObjLongConsumer<FailedBatch> failures;

    public RolloutPhase(Policy policy, PromptFactory prompts) {
        this(policy, prompts, (batch, step) -> {});
    }

    /** @param failures receives a batch on which the policy failed, with its step, before the exception is thrown */
    public RolloutPhase(Policy policy, PromptFactory prompts, ObjLongConsumer<FailedBatch> failures) {
        this.policy = policy;
        this.prompts = prompts;
        this.failures = failures;
    }

    /**
     * Samples the rollouts of every task, in the order of the tasks.
     *
     * <p>The group id, which is part of the random key, is the task's id, so a sample does not depend on the other
     * tasks of the call. A repeated task gets an id derived from its own id and the number of the repetition.
     *
     * @throws org.rpt4j.api.error.BackendMemoryException if there is not enough memory
     * @throws BackendFailureException if the policy fails (the message names the batch), returns other groups than
     *     requested, or returns rollouts from another version of the weights
     */
    public List<SampledGroup> sample(List<PredictionTask> tasks, SamplingOptions options) {
        List<Prompt> asked = prompts(tasks);
        long version = policy.version();
        List<RolloutGroup> groups = generate(asked, options);
        if (groups.size() != asked.size()) {
            throw new BackendFailureException(
                    "generate was called for " + asked.size() + " groups and returned " + groups.size());
        }
        List<SampledGroup> sampled = new ArrayList<>();
        for (int g = 0; g < groups.size(); g++) {
            RolloutGroup group = groups.get(g);
            requireOwn(tasks.get(g), asked.get(g), group, options.groupSize(), version);
            sampled.add(new SampledGroup(tasks.get(g), asked.get(g), group.rollouts()));
        }
        return sampled;
    }

    private List<RolloutGroup> generate(List<Prompt> asked, SamplingOptions options) {
        try {
            return policy.generate(asked, options);
        } catch (OperationCancelledException e) {
            throw e;
        } catch (OutOfMemoryError | BackendMemoryException e) {
            throw told(asked, options, e).shortage(options.step(), OPERATION, e, SMALLER);
        } catch (RuntimeException e) {
            throw told(asked, options, e).failure(options.step(), OPERATION, e);
        }
    }

    private FailedBatch told(List<Prompt> asked, SamplingOptions options, Throwable error) {
        TokenBatch.Builder tokens = TokenBatch.builder(options.logProbTemperature());
        asked.forEach(prompt -> tokens.add(prompt.tokens(), List.of()));
        FailedBatch batch = FailedBatch.of(
                Phase.ROLLOUT, error, asked.stream().map(Prompt::id).toList(), tokens.build(), Map.of());
        failures.accept(batch, options.step());
        return batch;
    }

    private List<Prompt> prompts(List<PredictionTask> tasks) {
        List<Prompt> asked = new ArrayList<>();
        Map<Long, Integer> occurrences = new HashMap<>();
        for (PredictionTask task : tasks) {
            int earlier = occurrences.merge(task.id(), 1, Integer::sum) - 1;
            long id = earlier == 0 ? task.id() : CounterRandom.bits(task.id(), earlier);
            asked.add(new Prompt(id, prompts.prompt(task.context(), task.after())));
        }
        return asked;
    }

    private static void requireOwn(PredictionTask task, Prompt prompt, RolloutGroup group, int size, long version) {
        if (group.prompt().id() != prompt.id() || group.rollouts().size() != size) {
            throw new BackendFailureException("generate was called for " + size + " rollouts of prompt " + prompt.id()
                    + " and returned " + group.rollouts().size() + " of prompt "
                    + group.prompt().id());
        }
        for (int m = 0; m < size; m++) {
            Rollout rollout = group.rollouts().get(m);
            if (rollout.member() != m || rollout.length() == 0) {
                throw new BackendFailureException("rollout " + m + " of task " + task.id() + " is member "
                        + rollout.member() + " with " + rollout.length() + " tokens");
            }
            if (rollout.policyVersion() != version) {
                throw new BackendFailureException("rollout " + m + " of task " + task.id()
                        + " was sampled by version " + rollout.policyVersion() + " of the weights, but the policy"
                        + " is at version " + version + ": the sampler holds stale weights");
            }
        }
    }
}
