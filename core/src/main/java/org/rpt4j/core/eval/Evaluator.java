package org.rpt4j.core.eval;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.rpt4j.api.Policy;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.core.phase.Progress;
import org.rpt4j.core.rollout.GradedGroup;
import org.rpt4j.core.rollout.Grader;
import org.rpt4j.core.rollout.PredictionExtractor;
import org.rpt4j.core.rollout.PromptFactory;
import org.rpt4j.core.rollout.RolloutPhase;
import org.rpt4j.core.rollout.SampledGroup;

/**
 * Evaluates a policy on held-out tasks in two ways: standard next-token prediction, the most probable token after the
 * bare context; and next-token reasoning, a thought followed by a boxed prediction (section 4 of the paper). The first
 * is left out where {@link EvaluationSettings#standard} says so, as for questions, which have no next token. Uses only
 * {@link Policy#generate}, so it works with every backend. Thread-safe if its parts are; a policy serialises calls.
 *
 * @since 0.1.0
 */
public final class Evaluator {

    /** The step word of the random keys of an evaluation; no training step uses it. */
    private static final long EVALUATION_STEP = -1;

    private final Policy policy;
    private final RolloutPhase standard;
    private final RolloutPhase reasoning;
    private final Grader grader;
    private final EvaluationSettings settings;

    public Evaluator(
            Policy policy,
            PromptFactory prompts,
            PredictionExtractor extractor,
            RewardVerifier verifier,
            EvaluationSettings settings) {
        this(policy, prompts, OptionalInt.empty(), extractor, verifier, settings);
    }

    /**
     * @param beginOfText begin-of-text token of the model, which standard prediction also starts with; empty if the
     *     model has none
     */
    public Evaluator(
            Policy policy,
            PromptFactory prompts,
            OptionalInt beginOfText,
            PredictionExtractor extractor,
            RewardVerifier verifier,
            EvaluationSettings settings) {
        int room = policy.description().contextLength() - 1;
        this.policy = policy;
        this.standard = new RolloutPhase(policy, (context, after) -> bare(context, beginOfText, room));
        this.reasoning = new RolloutPhase(policy, prompts);
        this.grader = new Grader(extractor, verifier);
        this.settings = settings;
    }

    /**
     * Evaluates without reporting progress.
     *
     * @see #evaluate(String, List, Consumer)
     */
    public EvaluationReport evaluate(String label, List<PredictionTask> tasks) {
        return evaluate(label, tasks, progress -> {});
    }

    /**
     * Evaluates every task.
     *
     * @param label name of what is evaluated, for display
     * @param tasks at least one task, without duplicates
     * @param progress receives the number of finished tasks after every chunk
     * @throws OperationCancelledException if the thread is interrupted
     * @throws org.rpt4j.api.error.RewardException if the extractor or the verifier fails
     */
    public EvaluationReport evaluate(String label, List<PredictionTask> tasks, Consumer<Progress> progress) {
        return run(label, tasks, progress).report();
    }

    /**
     * Evaluates every task and keeps all responses; memory grows with the number of tasks.
     *
     * @see #evaluate(String, List, Consumer)
     */
    public Evaluation run(String label, List<PredictionTask> tasks, Consumer<Progress> progress) {
        requireDistinct(tasks);
        long start = System.nanoTime();
        List<TaskResult> results = new ArrayList<>();
        long standardNanos = 0;
        while (results.size() < tasks.size()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new OperationCancelledException(
                        "the evaluation was interrupted after " + results.size() + " of " + tasks.size() + " tasks");
            }
            int end = Math.min(results.size() + settings.tasksPerChunk(), tasks.size());
            List<PredictionTask> chunk = tasks.subList(results.size(), end);
            long chunkStart = System.nanoTime();
            List<Boolean> standardHits = settings.standard() ? predict(chunk) : List.of();
            standardNanos += System.nanoTime() - chunkStart;
            List<GradedGroup> reasoned = reason(chunk);
            for (int i = 0; i < chunk.size(); i++) {
                results.add(new TaskResult(settings.standard() ? standardHits.get(i) : null, reasoned.get(i)));
            }
            progress.accept(new Progress(end, tasks.size(), Duration.ofNanos(System.nanoTime() - start)));
        }
        long reasoningNanos = System.nanoTime() - start - standardNanos;
        double standardSeconds = settings.standard() ? standardNanos / 1e9 / tasks.size() : Double.NaN;
        List<TaskOutcome> outcomes = results.stream().map(TaskOutcome::of).toList();
        return new Evaluation(
                EvaluationReport.of(label, policy.version(), settings.sampling(), settings.passAt(), outcomes),
                results,
                new Evaluation.Latency(standardSeconds, reasoningNanos / 1e9 / tasks.size()));
    }

    private List<Boolean> predict(List<PredictionTask> tasks) {
        List<SampledGroup> predicted = standard.sample(tasks, SamplingOptions.greedy(1));
        List<Boolean> hits = new ArrayList<>();
        for (int i = 0; i < tasks.size(); i++) {
            int token = predicted.get(i).rollouts().get(0).tokens()[0];
            hits.add(token == tasks.get(i).target());
        }
        return hits;
    }

    private List<GradedGroup> reason(List<PredictionTask> tasks) {
        SamplingOptions sampling = settings.sampling();
        return grader.grade(reasoning.sample(
                tasks,
                sampling.toBuilder().seed(sampling.seed()).step(EVALUATION_STEP).build()));
    }

    /** The end of the context, after the begin-of-text token if there is one. */
    private static int[] bare(int[] context, OptionalInt beginOfText, int room) {
        int kept = Math.min(context.length, room - (beginOfText.isPresent() ? 1 : 0));
        IntStream end = Arrays.stream(context, context.length - kept, context.length);
        return beginOfText.isPresent()
                ? IntStream.concat(IntStream.of(beginOfText.getAsInt()), end).toArray()
                : end.toArray();
    }

    private static void requireDistinct(List<PredictionTask> tasks) {
        if (tasks.isEmpty()) {
            throw new IllegalArgumentException("there are no tasks to evaluate");
        }
        Set<Long> ids = new HashSet<>();
        for (PredictionTask task : tasks) {
            if (!ids.add(task.id())) {
                throw new IllegalArgumentException("task " + task.id() + " occurs twice; each task is evaluated once");
            }
        }
    }
}
