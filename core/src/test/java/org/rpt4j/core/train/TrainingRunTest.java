package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rpt4j.api.error.BackendFailureException;

@Timeout(60)
class TrainingRunTest {

    private final TabularPolicy policy = TinyWorld.policy();
    private final EventLog log = new EventLog();
    private final List<Long> saved = new ArrayList<>();

    @Test
    void runsOnADaemonThreadOfItsOwnThatEndsWithIt() throws Exception {
        List<Thread> threads = new ArrayList<>();
        TrainingRun run = TrainingRun.start(trainer(3, new TrainingListener() {
            @Override
            public void onEvent(TrainingEvent event) {
                threads.add(Thread.currentThread());
            }
        }));
        TrainingResult result = run.result().get(30, TimeUnit.SECONDS);
        assertThat(result.outcome()).isEqualTo(TrainingResult.Outcome.COMPLETED);
        assertThat(run.progress().done()).isEqualTo(3);
        assertThat(run.progress().remaining())
                .hasValueSatisfying(left -> assertThat(left).isZero());
        Thread thread = threads.get(0);
        assertThat(threads).containsOnly(thread);
        assertThat(thread.isDaemon()).isTrue();
        assertThat(thread.getName()).startsWith("rpt4j-training-");
        thread.join(30_000);
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    void trainsTheSameWeightsAsOnTheCallersThread() throws Exception {
        TabularPolicy called = TinyWorld.policy();
        TinyWorld.trainer(called, TinyWorld.settings(5)).build().run();
        TrainingRun.start(trainer(5, new TrainingListener() {})).result().get(30, TimeUnit.SECONDS);
        assertThat(policy.logits).isDeepEqualTo(called.logits);
    }

    @Test
    void pauseStopsBetweenStepsAndResumeContinues() throws Exception {
        CountDownLatch paused = new CountDownLatch(1);
        Trainer[] self = new Trainer[1];
        self[0] = trainer(6, new TrainingListener() {
            @Override
            public void stepCompleted(TrainingEvent.StepCompleted step) {
                if (step.metrics().step() == 1) {
                    self[0].pause();
                }
            }

            @Override
            public void runPaused(TrainingEvent.RunPaused event) {
                paused.countDown();
            }
        });
        try (TrainingRun run = TrainingRun.start(self[0])) {
            paused.await();
            assertThat(run.progress().done()).isEqualTo(2);
            assertThat(run.result()).isNotDone();
            long version = policy.version();
            run.resume();
            assertThat(run.result().get(30, TimeUnit.SECONDS).nextStep()).isEqualTo(6);
            assertThat(version).isEqualTo(2);
        }
        assertThat(log.of(TrainingEvent.RunPaused.class)).containsExactly(new TrainingEvent.RunPaused(2));
        assertThat(log.of(TrainingEvent.RunResumed.class)).containsExactly(new TrainingEvent.RunResumed(2));
    }

    @Test
    void aPausedRunCanBeCancelledAndSavesFirst() throws Exception {
        CountDownLatch paused = new CountDownLatch(1);
        Trainer trainer = trainer(6, new TrainingListener() {
            @Override
            public void runPaused(TrainingEvent.RunPaused event) {
                paused.countDown();
            }
        });
        trainer.pause();
        TrainingRun run = TrainingRun.start(trainer);
        paused.await();
        run.close();
        assertThat(run.result().get().outcome()).isEqualTo(TrainingResult.Outcome.CANCELLED);
        assertThat(saved).containsExactly(0L);
        run.close();
    }

    @Test
    void cancelEndsBetweenStepsWithACheckpointBeforeTheResult() throws Exception {
        Trainer[] self = new Trainer[1];
        self[0] = trainer(1000, new TrainingListener() {
            @Override
            public void stepCompleted(TrainingEvent.StepCompleted step) {
                if (step.metrics().step() == 4) {
                    self[0].cancel();
                }
            }
        });
        TrainingResult result = TrainingRun.start(self[0]).result().get(30, TimeUnit.SECONDS);
        assertThat(result.outcome()).isEqualTo(TrainingResult.Outcome.CANCELLED);
        assertThat(result.nextStep()).isEqualTo(5);
        assertThat(saved).containsExactly(5L);
        assertThat(log.events.subList(log.events.size() - 2, log.events.size()))
                .containsExactly(new TrainingEvent.CheckpointSaved(5), new TrainingEvent.RunCompleted(result));
    }

    @Test
    void shutdownNowOfAnExecutorCancelsWithACheckpoint() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        CountDownLatch stepping = new CountDownLatch(2);
        TrainingRun run = TrainingRun.start(
                trainer(1_000_000, new TrainingListener() {
                    @Override
                    public void stepCompleted(TrainingEvent.StepCompleted event) {
                        stepping.countDown();
                    }
                }),
                executor);
        stepping.await();
        executor.shutdownNow();
        TrainingResult result = run.result().get(30, TimeUnit.SECONDS);
        assertThat(result.outcome()).isEqualTo(TrainingResult.Outcome.CANCELLED);
        assertThat(saved).containsExactly(result.nextStep());
        assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aFailureCompletesTheFutureWithItsCause() {
        policy.atForward = () -> {
            throw new BackendFailureException("forward of a batch failed");
        };
        TrainingRun run = TrainingRun.start(trainer(3, new TrainingListener() {}));
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> run.result().get(30, TimeUnit.SECONDS))
                .withCauseInstanceOf(BackendFailureException.class);
        assertThat(saved).isEmpty();
        run.close();
    }

    @Test
    void anExecutorThatRefusesIsAnError() {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        executor.shutdown();
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> TrainingRun.start(trainer(3, new TrainingListener() {}), executor));
    }

    @Test
    void theFutureIsACopy() throws Exception {
        TrainingRun run = TrainingRun.start(trainer(3, new TrainingListener() {}));
        run.result().complete(null);
        assertThat(run.result().get(30, TimeUnit.SECONDS).nextStep()).isEqualTo(3);
    }

    private Trainer trainer(long steps, TrainingListener listener) {
        return TinyWorld.trainer(policy, TinyWorld.settings(steps))
                .listener(log)
                .listener(listener)
                .checkpoints(new Checkpoints(0, Checkpoints.Action.blocking(state -> saved.add(state.nextStep()))))
                .build();
    }
}
