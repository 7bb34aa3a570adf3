package org.rpt4j.core.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.Attempt;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.GroundTruth;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.Verdict;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.RewardException;
import org.rpt4j.core.rollout.GradedGroup;
import org.rpt4j.core.rollout.GradedRollout;
import org.rpt4j.core.rollout.Grader;
import org.rpt4j.core.rollout.SampledGroup;
import org.rpt4j.core.train.RolloutMetrics;

class DeadlineVerifierTest {

    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Verdict HIT = new Verdict.Scored(1, RewardReason.HIT);

    private static final Attempt ATTEMPT = new Attempt(
            new PredictionTask(1, "d", 1, new int[] {1}, 2, new GroundTruth(new byte[] {'a'}, new int[] {1}), 1),
            Toy.PROMPT,
            Toy.rollout(FinishReason.STOP_TOKEN, 1),
            new Prediction.Boxed(new byte[] {'a'}));

    /** Waits until it is interrupted. */
    private static Verdict stall(CountDownLatch interrupted) {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            interrupted.countDown();
        }
        return HIT;
    }

    @Test
    void aVerifierThatCanBeClosedIsClosedOnce() {
        final class Closing implements org.rpt4j.api.RewardVerifier, AutoCloseable {
            private int closed;

            @Override
            public Verdict verify(Attempt attempt) {
                return HIT;
            }

            @Override
            public void close() {
                closed++;
            }
        }
        Closing verifier = new Closing();
        DeadlineVerifier deadline = new DeadlineVerifier(verifier, LONG);
        deadline.close();
        deadline.close();
        assertThat(verifier.closed).isEqualTo(1);
    }

    @Test
    void aVerdictInTimeIsTheVerdict() {
        AtomicReference<Thread> judge = new AtomicReference<>();
        try (DeadlineVerifier verifier = new DeadlineVerifier(
                attempt -> {
                    judge.set(Thread.currentThread());
                    return HIT;
                },
                LONG)) {
            assertThat(verifier.verify(ATTEMPT)).isEqualTo(HIT);
            assertThat(verifier.verifyGroup(List.of(ATTEMPT, ATTEMPT))).containsExactly(HIT, HIT);
            assertThat(verifier.abstentions()).isZero();
            assertThat(judge.get().isDaemon()).isTrue();
            assertThat(judge.get().getName()).startsWith("rpt4j-reward-");
        }
    }

    @Test
    void aStalledVerifierIsInterruptedAndCountsAsAnAbstention() throws InterruptedException {
        CountDownLatch interrupted = new CountDownLatch(1);
        try (DeadlineVerifier verifier = new DeadlineVerifier(attempt -> stall(interrupted), SHORT)) {
            List<Verdict> verdicts = verifier.verifyGroup(List.of(ATTEMPT, ATTEMPT));
            assertThat(verdicts)
                    .hasSize(2)
                    .allSatisfy(verdict ->
                            assertThat(((Verdict.Abstained) verdict).cause()).contains("no verdict within PT0.05S"));
            assertThat(verifier.abstentions()).isEqualTo(2);
            interrupted.await();
        }
    }

    @Test
    void abstentionsAreCountedAndNeverARewardOfZero() {
        List<Rollout> rollouts = IntStream.range(0, 4)
                .mapToObj(m -> new Rollout(m, new int[] {m}, new double[1], FinishReason.STOP_TOKEN, 0))
                .toList();
        CountDownLatch interrupted = new CountDownLatch(1);
        try (DeadlineVerifier verifier = new DeadlineVerifier(attempt -> stall(interrupted), SHORT)) {
            Grader grader = new Grader(rollout -> ATTEMPT.prediction(), verifier);
            List<GradedGroup> graded =
                    grader.grade(List.of(new SampledGroup(ATTEMPT.task(), new Prompt(1, new int[] {1}), rollouts)));
            assertThat(graded.get(0).rollouts()).noneMatch(GradedRollout::isScored);
            assertThat(graded.get(0).rewards()).isEmpty();
            assertThat(RolloutMetrics.of(graded).abstained()).isEqualTo(4);
            assertThat(RolloutMetrics.of(graded).reasons()).isEmpty();
        }
    }

    @Test
    void verifiersThatIgnoreInterruptsDoNotPileUp() {
        CountDownLatch end = new CountDownLatch(1);
        List<Thread> stuck = Collections.synchronizedList(new ArrayList<>());
        RewardVerifier deaf = attempt -> {
            stuck.add(Thread.currentThread());
            while (end.getCount() > 0) {
                Thread.onSpinWait();
                Thread.yield();
            }
            return HIT;
        };
        try (DeadlineVerifier verifier = new DeadlineVerifier(deaf, Duration.ofMillis(5))) {
            // A call whose thread does not run before its deadline is dropped before it starts, and does not get stuck.
            List<Verdict> verdicts = new ArrayList<>();
            do {
                verdicts.add(verifier.verify(ATTEMPT));
            } while (verdicts.size() < 1000 && !last(verdicts).contains("earlier calls are stuck"));
            assertThat(verdicts).allMatch(Verdict.Abstained.class::isInstance);
            assertThat(last(verdicts)).contains("earlier calls are stuck");
            assertThat(stuck).hasSizeLessThanOrEqualTo(16);
            assertThat(verifier.abstentions()).isEqualTo(verdicts.size());
        } finally {
            end.countDown();
        }
    }

    private static String last(List<Verdict> verdicts) {
        return verdicts.get(verdicts.size() - 1).toString();
    }

    @Test
    void itsThreadsEndWithIt() throws InterruptedException {
        AtomicReference<Thread> judge = new AtomicReference<>();
        DeadlineVerifier verifier = new DeadlineVerifier(
                attempt -> {
                    judge.set(Thread.currentThread());
                    return HIT;
                },
                LONG);
        verifier.verify(ATTEMPT);
        verifier.close();
        verifier.close();
        judge.get().join();
        assertThatThrownBy(() -> verifier.verify(ATTEMPT)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theCallersExecutorIsUsedAndLeftOpen() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor(work -> new Thread(work, "own"));
        AtomicReference<String> name = new AtomicReference<>();
        try {
            DeadlineVerifier verifier = new DeadlineVerifier(
                    attempt -> {
                        name.set(Thread.currentThread().getName());
                        return HIT;
                    },
                    LONG,
                    executor);
            assertThat(verifier.verify(ATTEMPT)).isEqualTo(HIT);
            verifier.close();
            assertThat(name).hasValue("own");
            assertThat(executor.submit(() -> 7).get()).isEqualTo(7);
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void afterCloseNothingIsJudgedOnTheCallersExecutorEither() {
        DeadlineVerifier verifier = new DeadlineVerifier(attempt -> HIT, LONG, Runnable::run);
        verifier.close();
        assertThatThrownBy(() -> verifier.verify(ATTEMPT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("this verifier is closed");
    }

    @Test
    void closingDuringACallThrowsInsteadOfAbstaining() {
        AtomicReference<DeadlineVerifier> verifier = new AtomicReference<>();
        verifier.set(new DeadlineVerifier(attempt -> HIT, LONG, work -> {
            verifier.get().close();
            throw new RejectedExecutionException("shut down");
        }));
        assertThatThrownBy(() -> verifier.get().verify(ATTEMPT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("this verifier is closed");
        assertThat(verifier.get().abstentions()).isZero();
    }

    @Test
    void whatTheVerifierThrowsIsThrown() {
        for (Throwable mine : List.of(new IllegalArgumentException("mine"), new StackOverflowError("mine"))) {
            try (DeadlineVerifier verifier = new DeadlineVerifier(attempt -> sneak(mine), LONG)) {
                assertThatThrownBy(() -> verifier.verify(ATTEMPT)).isSameAs(mine);
            }
        }
    }

    /** A verifier in a language without checked exceptions may throw one. */
    @Test
    void aCheckedExceptionIsTheCauseOfARewardException() {
        IOException mine = new IOException("judge is down");
        try (DeadlineVerifier verifier = new DeadlineVerifier(attempt -> sneak(mine), LONG)) {
            assertThatThrownBy(() -> verifier.verify(ATTEMPT))
                    .isInstanceOf(RewardException.class)
                    .hasMessageContaining("judge is down")
                    .hasCause(mine);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> Verdict sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @Test
    void aDeadlineIsPositive() {
        for (Duration deadline : List.of(Duration.ZERO, Duration.ofMillis(-1))) {
            assertThatThrownBy(() -> new DeadlineVerifier(new PrefixMatchVerifier(), deadline))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("deadline is " + deadline);
        }
    }

    @Test
    void aWaitingThreadCanBeInterrupted() {
        CountDownLatch interrupted = new CountDownLatch(1);
        try (DeadlineVerifier verifier = new DeadlineVerifier(attempt -> stall(interrupted), LONG)) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> verifier.verify(ATTEMPT)).isInstanceOf(OperationCancelledException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
