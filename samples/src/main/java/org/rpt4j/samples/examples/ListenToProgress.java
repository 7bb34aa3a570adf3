package org.rpt4j.samples.examples;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.rpt4j.core.phase.Progress;
import org.rpt4j.core.train.StepMetrics;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.core.train.TrainingListener;

/**
 * Follows a training run through its typed events. Listeners are called on the run thread, which waits for them; their
 * exceptions never end the run.
 */
public final class ListenToProgress implements TrainingListener {

    private final Consumer<String> log;

    /** Creates a listener that writes lines to a log of your choice. */
    public ListenToProgress(Consumer<String> log) {
        this.log = log;
    }

    /** Trains and prints every event: {@code ListenToProgress MODEL CORPUS SAVE BACKEND}. */
    public static void main(String[] arguments) {
        EmbedInService job = new EmbedInService(
                arguments[3],
                Path.of(arguments[0]),
                Path.of(arguments[1]),
                Path.of(arguments[2]),
                new ListenToProgress(System.out::println));
        ExecutorService worker = Executors.newSingleThreadExecutor();
        try {
            job.start(worker).join();
        } finally {
            worker.shutdown();
        }
    }

    @Override
    public void runStarted(TrainingEvent.RunStarted started) {
        log.accept("training " + started.model().architecture() + " with " + started.objective() + ", "
                + (started.steps() - started.startStep()) + " steps");
    }

    @Override
    public void rolloutsSampled(TrainingEvent.RolloutsSampled sampled) {
        log.accept("step " + sampled.step() + ": rewards " + sampled.rollouts().reasons());
    }

    @Override
    public void stepCompleted(TrainingEvent.StepCompleted completed) {
        log.accept(describe(completed.metrics()) + left(completed.progress()));
    }

    @Override
    public void stepSkipped(TrainingEvent.StepSkipped skipped) {
        log.accept("step " + skipped.step() + ": skipped, " + skipped.reason() + left(skipped.progress()));
    }

    @Override
    public void runCompleted(TrainingEvent.RunCompleted completed) {
        log.accept(completed.result().outcome() + " after " + completed.result().updates() + " updates");
    }

    @Override
    public void runFailed(TrainingEvent.RunFailed failed) {
        log.accept("failed in step " + failed.step() + ": " + failed.error().getMessage());
    }

    private static String describe(StepMetrics metrics) {
        return String.format(
                Locale.ROOT,
                "step %d: mean reward %.3f, %d of %d groups have differing rewards",
                metrics.step(),
                metrics.rollouts().rewardMean(),
                metrics.groups().mixed(),
                metrics.groups().total());
    }

    private static String left(Progress progress) {
        return progress.remaining()
                .map(Duration::toSeconds)
                .map(s -> ", " + s + " s left")
                .orElse("");
    }
}
