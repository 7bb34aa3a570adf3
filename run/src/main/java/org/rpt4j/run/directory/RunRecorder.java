package org.rpt4j.run.directory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.WorkerUse;
import org.rpt4j.api.error.Printable;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.core.eval.Evaluation;
import org.rpt4j.core.eval.TaskOutcome;
import org.rpt4j.core.eval.TaskResult;
import org.rpt4j.core.rollout.GradedGroup;
import org.rpt4j.core.rollout.GradedRollout;
import org.rpt4j.core.train.ComputeMeter;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.core.train.TrainingListener;
import org.rpt4j.core.train.TrainingResult;
import org.rpt4j.model.format.AtomicFiles;
import org.rpt4j.run.health.HealthListener;
import org.rpt4j.run.health.HealthWarning;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records a run in its directory. Every step and evaluation is handed to the operating system before the method returns.
 * Used by the thread of the run alone. If a write fails, on a full disk for instance, the data stays in memory and is
 * written later, so no file has a gap. If too much has piled up, recording stops and {@link #close} reports the failure.
 * The run itself continues.
 *
 * @since 0.1.0
 */
public final class RunRecorder implements TrainingListener, HealthListener, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RunRecorder.class);
    private static final List<String> LINES = List.of(
            RunDirectory.METRICS,
            RunDirectory.EVENTS,
            RunDirectory.ROLLOUTS,
            RunDirectory.EVALUATIONS,
            RunDirectory.RESPONSES);

    private final Path directory;
    private final Function<int[], String> decoder;
    private final RecordingOptions options;
    private final ReasoningPatterns patterns = ReasoningPatterns.builtIn();
    private final Map<String, AppendFile> files = new LinkedHashMap<>();
    private final LongSupplier wallClock;
    private final String scalars;
    private final FailedBatches failedBatches;
    private final double secondsBefore;
    private final long start = System.nanoTime();
    private final Map<String, Double> sampled = new LinkedHashMap<>();
    private final List<Long> evaluated = new ArrayList<>();
    private final ComputeMeter compute = new ComputeMeter();
    private final EventLines eventLines =
            new EventLines(this::elapsed, line -> append(RunDirectory.EVENTS, () -> JsonLines.line(line)));
    private Supplier<List<WorkerUse>> workers = List::of;
    private double workerSeconds;
    private long steps;
    private @Nullable Before step;
    private boolean waiting;
    private @Nullable IOException failure;

    /**
     * The recording before the current step.
     *
     * @param bytes length of every file, by name
     * @param sha256 hash of every file, by name
     * @param flops floating-point operations spent
     */
    private record Before(Map<String, Long> bytes, Map<String, String> sha256, double flops) {}

    /** A new recording. */
    RunRecorder(Path directory, Function<int[], String> decoder, RecordingOptions options) {
        this(directory, decoder, options, System::currentTimeMillis);
    }

    /**
     * @param wallClock milliseconds since 1970, for TensorBoard alone: it may jump, and nothing else depends on it
     */
    RunRecorder(Path directory, Function<int[], String> decoder, RecordingOptions options, LongSupplier wallClock) {
        this(
                directory,
                decoder,
                options,
                wallClock,
                RecordingPosition.START,
                EventFile.name(seconds(wallClock)),
                AppendFile::create);
        append(scalars, () -> EventFile.header(wallTime()));
    }

    private RunRecorder(
            Path directory,
            Function<int[], String> decoder,
            RecordingOptions options,
            LongSupplier wallClock,
            RecordingPosition from,
            String scalars,
            Opening opening) {
        this.directory = directory;
        this.decoder = decoder;
        this.options = options;
        this.wallClock = wallClock;
        this.scalars = scalars;
        this.failedBatches = new FailedBatches(directory, options.failedBatches());
        this.secondsBefore = from.seconds();
        this.steps = from.steps();
        compute.spend(from.flops());
        try {
            for (String name : LINES) {
                files.put(name, opening.open(directory.resolve(name)));
            }
            files.put(scalars, opening.open(directory.resolve(scalars)));
            AtomicFiles.forceDirectory(directory);
        } catch (IOException | StorageException e) {
            closeAll(files.values(), e);
            throw new StorageException("cannot record the run in " + directory + ": " + e, e);
        }
    }

    /** Opens one of the files. */
    @FunctionalInterface
    private interface Opening {
        AppendFile open(Path path) throws IOException;
    }

    /** Continues a recording from a position and removes everything after it. */
    static RunRecorder resume(
            Path directory, Function<int[], String> decoder, RecordingOptions options, RecordingPosition from) {
        removeUnknown(directory, from.bytes().keySet());
        @Nullable
        String known = from.bytes().keySet().stream()
                .filter(EventFile::isName)
                .findFirst()
                .orElse(null);
        RunRecorder recorder = new RunRecorder(
                directory,
                decoder,
                options,
                System::currentTimeMillis,
                from,
                known == null ? EventFile.name(seconds(System::currentTimeMillis)) : known,
                path -> {
                    String name = String.valueOf(path.getFileName());
                    return AppendFile.resume(
                            path,
                            from.bytes().getOrDefault(name, 0L),
                            from.sha256().get(name));
                });
        if (known == null) {
            recorder.append(recorder.scalars, () -> EventFile.header(recorder.wallTime()));
        }
        RecordedRun.open(directory).evaluations().stream()
                .findFirst()
                .ifPresent(
                        first -> first.report().outcomes().forEach(outcome -> recorder.evaluated.add(outcome.task())));
        return recorder;
    }

    /** Removes scalar files of a process that was killed before its first checkpoint. */
    private static void removeUnknown(Path directory, Set<String> known) {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (EventFile.isName(name) && !known.contains(name)) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new StorageException("cannot clear up the recording in " + directory + ": " + e, e);
        }
    }

    /**
     * The length of the recording, without an unfinished step, which a resumed run repeats.
     *
     * @throws StorageException if some data could not be written
     */
    public RecordingPosition position() {
        try {
            if (failure != null) {
                throw failure;
            }
            for (AppendFile file : files.values()) {
                file.flush();
            }
        } catch (IOException e) {
            throw new StorageException(
                    "the recording in " + directory + " could not be written: " + e
                            + ". Earlier checkpoints are intact: free disk space and resume the run.",
                    e);
        }
        Before position = step == null ? before() : step;
        return new RecordingPosition(position.bytes(), position.sha256(), steps, elapsed(), position.flops());
    }

    private Before before() {
        Map<String, Long> bytes = new LinkedHashMap<>();
        Map<String, String> sha256 = new LinkedHashMap<>();
        files.forEach((name, file) -> {
            bytes.put(name, file.recorded());
            sha256.put(name, file.sha256());
        });
        return new Before(bytes, sha256, compute.flops());
    }

    /**
     * Forces the written data to the disk. Safe from any thread while the recorder is open.
     *
     * @throws StorageException if that fails
     */
    public void force() {
        try {
            for (AppendFile file : files.values()) {
                file.force();
            }
        } catch (IOException e) {
            throw new StorageException("the recording in " + directory + " cannot be forced to the disk: " + e, e);
        }
    }

    @Override
    public void onEvent(TrainingEvent event) {
        if (step == null && event.isWithinStep()) {
            step = before();
        }
        compute.onEvent(event);
        event.deliverTo(this);
        event.deliverTo(eventLines);
    }

    @Override
    public void runStarted(TrainingEvent.RunStarted event) {
        steps = event.startStep();
        step = null;
        sampled.clear();
    }

    @Override
    public void groupsRefilled(TrainingEvent.GroupsRefilled event) {
        sampled.putAll(StepValues.of(event.metrics()));
    }

    @Override
    public void stepCompleted(TrainingEvent.StepCompleted event) {
        sampled.putAll(StepValues.of(event.metrics().update(), event.metrics().seconds()));
        recordStep(event.metrics().step(), StepEvent.COMPLETED);
    }

    @Override
    public void supervisedStepCompleted(TrainingEvent.SupervisedStepCompleted event) {
        sampled.putAll(StepValues.of(event.metrics()));
        recordStep(event.metrics().step(), StepEvent.SUPERVISED);
    }

    @Override
    public void stepSkipped(TrainingEvent.StepSkipped event) {
        recordStep(event.step(), new StepEvent.Skipped(event.reason()));
    }

    @Override
    public void batchFailed(TrainingEvent.BatchFailed event) {
        failedBatches.keep(event);
    }

    @Override
    public void runCompleted(TrainingEvent.RunCompleted event) {
        TrainingResult result = event.result();
        recordOutcome(
                RunEnd.Outcome.of(result.outcome()),
                result.updates() + " updates, " + result.emptySteps() + " steps without a live group, "
                        + result.numericalSkips() + " skipped for numbers not finite");
    }

    @Override
    public void runFailed(TrainingEvent.RunFailed event) {
        recordOutcome(RunEnd.Outcome.FAILED, "step " + event.step() + ": " + event.error());
    }

    /** Records how the run ended after its training had, which replaces the outcome of the training. */
    public void ended(RunEnd.Outcome outcome, String detail) {
        recordOutcome(outcome, detail);
    }

    @Override
    public void warningRaised(HealthWarning.Raised event) {
        eventLines.warningRaised(event);
    }

    @Override
    public void warningCleared(HealthWarning.Cleared event) {
        eventLines.warningCleared(event);
    }

    /**
     * Records an evaluation of the current weights: before, during or after training.
     *
     * @throws IllegalArgumentException if its tasks differ from those of the first evaluation of this run, because their
     *     accuracies are compared
     */
    public void record(Evaluation evaluation) {
        List<Long> asked =
                evaluation.report().outcomes().stream().map(TaskOutcome::task).toList();
        if (evaluated.isEmpty()) {
            evaluated.addAll(asked);
        } else if (!evaluated.equals(asked)) {
            throw new IllegalArgumentException("the evaluation \""
                    + evaluation.report().label() + "\" is of "
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
        append(RunDirectory.EVALUATIONS, () -> JsonLines.line(record));
        for (TaskResult result : evaluation.results().stream()
                .limit(options.responsesPerEvaluation())
                .toList()) {
            GradedGroup group = result.reasoning();
            for (GradedRollout graded : group.rollouts()) {
                append(RunDirectory.RESPONSES, () -> JsonLines.line(Trace.of(steps, label, group, graded, decoder)));
            }
        }
    }

    /** Counts the compute of a reward that asks how likely each thought makes the true tokens. */
    public void countScoringOfThoughts() {
        compute.scoringThoughts();
    }

    /**
     * Records what other processes compute from now on.
     *
     * @param uses what they did since they began, such as {@link org.rpt4j.api.Backend#workers}
     */
    public void countWorkers(Supplier<List<WorkerUse>> uses) {
        workers = uses;
        workerSeconds = seconds(uses.get());
    }

    private static double seconds(List<WorkerUse> uses) {
        return uses.stream().mapToDouble(WorkerUse::seconds).sum();
    }

    /**
     * Adds compute that no event reports.
     *
     * @param flops floating-point operations, such as those of a search before training
     */
    public void spend(double flops) {
        compute.spend(flops);
    }

    /**
     * Closes the files; idempotent.
     *
     * @throws StorageException if something could not be written, now or earlier
     */
    @Override
    public void close() {
        List<WorkerUse> uses = workers.get();
        if (!uses.isEmpty()) {
            write(RunDirectory.WORKERS, uses);
        }
        workers = List::of;
        IOException error = failure == null ? new IOException("closing failed") : failure;
        int before = error.getSuppressed().length;
        closeAll(files.values(), error);
        if (failure != null || error.getSuppressed().length > before) {
            throw new StorageException(
                    "the recording of the run in " + directory + " is incomplete: " + error
                            + ". What was written before is intact.",
                    error);
        }
    }

    @Override
    public void rolloutsSampled(TrainingEvent.RolloutsSampled event) {
        sampled.putAll(StepValues.of(event.rollouts(), event.metrics()));
        record Choice(GradedGroup group, GradedRollout rollout, long rank) {}
        List<Choice> choices = new ArrayList<>();
        for (GradedGroup group : event.groups()) {
            for (GradedRollout graded : group.rollouts()) {
                long rank = CounterRandom.bits(
                        event.step(), group.prompt().id(), graded.rollout().member());
                choices.add(new Choice(group, graded, rank));
            }
        }
        List<Trace> traces = choices.stream()
                .sorted(Comparator.comparingLong(Choice::rank))
                .limit(options.rolloutsPerStep())
                .map(choice -> Trace.of(event.step(), "rollout", choice.group(), choice.rollout(), decoder))
                .toList();
        traces.forEach(trace -> append(RunDirectory.ROLLOUTS, () -> JsonLines.line(trace)));
    }

    private void recordStep(long number, StepEvent event) {
        sampled.put(StepValues.COMPUTE, compute.flops());
        List<WorkerUse> uses = workers.get();
        if (!uses.isEmpty()) {
            double now = seconds(uses);
            sampled.put(StepValues.EXECUTOR_SECONDS, now - workerSeconds);
            workerSeconds = now;
        }
        StepRecord record = new StepRecord(number, event, elapsed(), sampled);
        sampled.clear();
        steps = number + 1;
        step = null;
        append(RunDirectory.METRICS, () -> JsonLines.line(record));
        append(scalars, () -> EventFile.scalars(wallTime(), number, record.values()));
    }

    private void recordOutcome(RunEnd.Outcome outcome, String detail) {
        write(RunDirectory.OUTCOME, new RunEnd(outcome, detail, elapsed()));
    }

    private void write(String name, Object record) {
        try {
            RunDirectory.write(directory.resolve(name), record);
        } catch (StorageException e) {
            fail(new IOException(e.getMessage(), e));
        }
    }

    /** A record as bytes. */
    @FunctionalInterface
    private interface Record {
        byte[] bytes() throws IOException;
    }

    private void append(String name, Record record) {
        if (failure != null) {
            return;
        }
        try {
            boolean written = Objects.requireNonNull(files.get(name)).append(record.bytes());
            if (!written && !waiting) {
                LOG.warn("{} cannot be written now; records wait in memory", Printable.line(directory.resolve(name)));
            }
            waiting = !written;
        } catch (IOException e) {
            fail(e);
        }
    }

    private void fail(IOException error) {
        if (failure == null) {
            failure = error;
            LOG.warn("Recording of the run in {} stops: {}", Printable.line(directory), Printable.line(error));
        }
    }

    private static void closeAll(Collection<? extends AutoCloseable> files, Exception error) {
        for (AutoCloseable file : files) {
            try {
                file.close();
            } catch (Exception e) {
                error.addSuppressed(e);
            }
        }
    }

    private double elapsed() {
        return secondsBefore + (System.nanoTime() - start) / 1e9;
    }

    private double wallTime() {
        return seconds(wallClock);
    }

    private static double seconds(LongSupplier wallClock) {
        return wallClock.getAsLong() / 1e3;
    }
}
