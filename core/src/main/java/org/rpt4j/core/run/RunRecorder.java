package org.rpt4j.core.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.core.eval.ComputeMeter;
import org.rpt4j.core.eval.Evaluation;
import org.rpt4j.core.eval.ReasoningPatterns;
import org.rpt4j.core.eval.TaskOutcome;
import org.rpt4j.core.eval.TaskResult;
import org.rpt4j.core.train.GradedGroup;
import org.rpt4j.core.train.GradedRollout;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.core.train.TrainingListener;
import org.rpt4j.core.train.TrainingResult;

/**
 * Writes what happens in a run into its directory, and hands every step and evaluation to the system before it returns.
 * Used by one thread, that of the run. After a failure to write it records nothing more, so that no file has a hole,
 * and {@link #close} reports the failure; the run itself goes on.
 */
public final class RunRecorder implements TrainingListener, AutoCloseable {

    private final Path directory;
    private final Function<int[], String> decoder;
    private final RecordingOptions options;
    private final ReasoningPatterns patterns = ReasoningPatterns.builtIn();
    private final JsonLines metrics;
    private final JsonLines rollouts;
    private final JsonLines evaluations;
    private final JsonLines responses;
    private final JsonLines events;
    private final EventFile scalars;
    private final long start = System.nanoTime();
    private final Map<String, Double> sampled = new LinkedHashMap<>();
    private final List<Long> evaluated = new ArrayList<>();
    private final ComputeMeter compute = new ComputeMeter();
    private long steps;
    private @Nullable IOException failure;

    RunRecorder(Path directory, Function<int[], String> decoder, RecordingOptions options) {
        this.directory = directory;
        this.decoder = decoder;
        this.options = options;
        List<AutoCloseable> opened = new ArrayList<>();
        try {
            opened.add(metrics = new JsonLines(directory.resolve(RunDirectory.METRICS)));
            opened.add(events = new JsonLines(directory.resolve(RunDirectory.EVENTS)));
            opened.add(rollouts = new JsonLines(directory.resolve(RunDirectory.ROLLOUTS)));
            opened.add(evaluations = new JsonLines(directory.resolve(RunDirectory.EVALUATIONS)));
            opened.add(responses = new JsonLines(directory.resolve(RunDirectory.RESPONSES)));
            scalars = new EventFile(directory, wallTime());
        } catch (IOException e) {
            closeAll(opened, e);
            throw new CheckpointException("cannot record the run in " + directory + ": " + e, e);
        }
    }

    @Override
    public void on(TrainingEvent event) {
        compute.on(event);
        if (event instanceof TrainingEvent.RunStarted started) {
            steps = started.startStep();
            sampled.clear();
        } else if (event instanceof TrainingEvent.GroupsRefilled refilled) {
            sampled.putAll(StepValues.of(refilled.metrics()));
        } else if (event instanceof TrainingEvent.RolloutsSampled groups) {
            recordRollouts(groups);
        } else if (event instanceof TrainingEvent.StepCompleted completed) {
            sampled.putAll(StepValues.of(completed.metrics().update(), completed.metrics().seconds()));
            recordStep(completed.metrics().step(), "completed");
        } else if (event instanceof TrainingEvent.SupervisedStepCompleted completed) {
            sampled.putAll(StepValues.of(completed.metrics()));
            recordStep(completed.metrics().step(), "supervised");
        } else if (event instanceof TrainingEvent.StepSkipped skipped) {
            recordStep(skipped.step(), "skipped: " + skipped.reason());
        } else if (event instanceof TrainingEvent.RunCompleted completed) {
            TrainingResult result = completed.result();
            recordOutcome(result.outcome().name(), result.updates() + " updates, " + result.emptySteps()
                    + " steps without a live group, " + result.numericalSkips() + " skipped for numbers not finite");
        } else if (event instanceof TrainingEvent.RunFailed failed) {
            recordOutcome("FAILED", "step " + failed.step() + ": " + failed.error());
        }
        RunEvent.of(event, elapsed()).ifPresent(line -> attempt(() -> events.append(line)));
    }

    /**
     * Records an evaluation of the weights as they are now: before, during or after training.
     *
     * @throws IllegalArgumentException if it is of other tasks than the first one of this run: accuracies along a run
     *     are compared
     */
    public void record(Evaluation evaluation) {
        List<Long> asked = evaluation.report().outcomes().stream().map(TaskOutcome::task).toList();
        if (evaluated.isEmpty()) {
            evaluated.addAll(asked);
        } else if (!evaluated.equals(asked)) {
            throw new IllegalArgumentException("the evaluation \"" + evaluation.report().label() + "\" is of "
                    + asked.size() + " tasks that are not the " + evaluated.size() + " of the first evaluation of this"
                    + " run. Evaluate the same tasks in the same order.");
        }
        String label = evaluation.report().label();
        List<String> texts = evaluation.results().stream()
                .flatMap(result -> result.reasoning().rollouts().stream())
                .map(graded -> decoder.apply(graded.rollout().tokens()))
                .toList();
        EvaluationRecord record = new EvaluationRecord(
                steps, compute.flops(), evaluation.report(), evaluation.latency(), patterns.shares(texts));
        attempt(() -> {
            evaluations.append(record);
            for (TaskResult result : evaluation.results().stream()
                    .limit(options.responsesPerEvaluation())
                    .toList()) {
                GradedGroup group = result.reasoning();
                for (GradedRollout graded : group.rollouts()) {
                    responses.append(Trace.of(steps, label, group, graded, decoder));
                }
            }
        });
    }

    /**
     * Adds to the compute of the run what no event tells.
     *
     * @param flops floating point operations, such as those of a search before training
     */
    public void spend(double flops) {
        compute.spend(flops);
    }

    /**
     * Closes the files; idempotent.
     *
     * @throws CheckpointException if something could not be written, now or earlier
     */
    @Override
    public void close() {
        IOException error = failure == null ? new IOException("closing failed") : failure;
        int before = error.getSuppressed().length;
        closeAll(List.of(metrics, events, rollouts, evaluations, responses, scalars), error);
        if (failure != null || error.getSuppressed().length > before) {
            throw new CheckpointException("the recording of the run in " + directory
                    + " is incomplete: " + error + ". What was written before is intact.", error);
        }
    }

    private void recordRollouts(TrainingEvent.RolloutsSampled event) {
        sampled.putAll(StepValues.of(event.rollouts(), event.metrics()));
        record Choice(GradedGroup group, GradedRollout rollout, long rank) {}
        List<Choice> choices = new ArrayList<>();
        for (GradedGroup group : event.groups()) {
            for (GradedRollout graded : group.rollouts()) {
                long rank = CounterRandom.bits(event.step(), group.prompt().id(), graded.rollout().member());
                choices.add(new Choice(group, graded, rank));
            }
        }
        List<Trace> traces = choices.stream()
                .sorted(Comparator.comparingLong(Choice::rank))
                .limit(options.rolloutsPerStep())
                .map(choice -> Trace.of(event.step(), "rollout", choice.group(), choice.rollout(), decoder))
                .toList();
        attempt(() -> {
            for (Trace trace : traces) {
                rollouts.append(trace);
            }
        });
    }

    private void recordStep(long step, String event) {
        sampled.put(StepValues.COMPUTE, compute.flops());
        StepRecord record = new StepRecord(step, event, elapsed(), sampled);
        sampled.clear();
        steps = step + 1;
        attempt(() -> {
            metrics.append(record);
            scalars.scalars(wallTime(), step, record.values());
        });
    }

    private void recordOutcome(String outcome, String detail) {
        RunOutcomeRecord record = new RunOutcomeRecord(outcome, detail, elapsed());
        attempt(() -> RunDirectory.write(directory.resolve(RunDirectory.OUTCOME), record));
    }

    @FunctionalInterface
    private interface Writing {
        void write() throws IOException;
    }

    private void attempt(Writing writing) {
        if (failure != null) {
            return;
        }
        try {
            writing.write();
        } catch (IOException e) {
            failure = e;
        } catch (CheckpointException e) {
            failure = new IOException(e.getMessage(), e);
        }
    }

    private static void closeAll(List<? extends AutoCloseable> files, IOException error) {
        for (AutoCloseable file : files) {
            try {
                file.close();
            } catch (Exception e) {
                error.addSuppressed(e);
            }
        }
    }

    private double elapsed() {
        return (System.nanoTime() - start) / 1e9;
    }

    private static double wallTime() {
        return System.currentTimeMillis() / 1e3;
    }
}
