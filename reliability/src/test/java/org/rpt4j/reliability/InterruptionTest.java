package org.rpt4j.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.core.train.TrainingResult;
import org.rpt4j.core.train.TrainingRun;

/**
 * An interruption promptly ends the work of its own thread and no other. Where the work calls back at every token,
 * promptness is counted in tokens. Elsewhere the work would take hours, so that ignoring the interruption shows as a
 * missing error or as exceeding the limit of one minute.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class InterruptionTest {

    private static final List<Prompt> PROMPTS = List.of(new Prompt(1, new int[] {3, 4}));

    /** One sequence runs at a time; it samples without an end token until the context window is full. */
    private static final SamplingOptions ENDLESS = World.SAMPLING.toBuilder()
            .groupSize(1)
            .maxTokens(30)
            .stopTokens(Set.of())
            .stopCondition(() -> token -> false)
            .build();

    @TempDir
    private Path directory;

    /** The interruption arrives between two tokens: one of them may already have been under way. */
    @ParameterizedTest
    @ValueSource(strings = {"native", "djl", "onnx"})
    void generationEndsWithinAToken(String name) throws InterruptedException {
        try (Backend backend = Engines.open(name);
                Policy policy = backend.openPolicy(World.model(directory))) {
            AtomicInteger tokens = new AtomicInteger();
            CountDownLatch fifth = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            SamplingOptions sampling = ENDLESS.toBuilder()
                    .stopTokens(Set.of())
                    .stopCondition(() -> token -> {
                        if (tokens.incrementAndGet() == 5) {
                            fifth.countDown();
                            awaitUninterruptibly(goOn);
                        }
                        return false;
                    })
                    .build();
            Work work = Work.start(() -> policy.generate(PROMPTS, sampling));
            fifth.await();
            work.interrupt();
            // A backend with its own thread learns of it through the calling thread, which has to wake up first.
            work.awaitWoken();
            goOn.countDown();

            assertThatThrownBy(work::result).isInstanceOf(OperationCancelledException.class);
            assertThat(tokens.get()).isBetween(5, 6);
            assertThat(policy.generate(PROMPTS, ENDLESS)).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "djl", "onnx"})
    void scoringThatTakesLongEnds(String name) throws InterruptedException {
        try (Backend backend = Engines.open(name);
                ProxyScorer scorer = backend.openProxyScorer(World.model(directory))) {
            List<int[]> many = Collections.nCopies(50_000, World.tokens(30, 1));
            Work work = Work.start(() -> scorer.score(many, ScoringOptions.DEFAULTS));
            Thread.sleep(300);
            work.interrupt();

            assertThatThrownBy(work::result).isInstanceOf(OperationCancelledException.class);
            assertThat(scorer.score(many.subList(0, 2), ScoringOptions.DEFAULTS))
                    .hasSize(2);
        }
    }

    /** The verifier interrupts in step 3, so updates 0 to 2 were applied and the fourth must not be. */
    @ParameterizedTest
    @ValueSource(strings = {"native", "djl"})
    void aTrainingStepEndsBeforeItsUpdate(String name) {
        try (Backend backend = Engines.open(name);
                TrainablePolicy policy = backend.openTrainablePolicy(World.model(directory));
                Optimizer optimizer = policy.openOptimizer(World.OPTIMIZER)) {
            AtomicInteger verdicts = new AtomicInteger();
            int perStep = 3 * World.SAMPLING.groupSize();
            TrainingRun run = TrainingRun.start(World.trainer(policy, optimizer, World.settings(1_000_000, 7))
                    .verifier(attempt -> {
                        if (verdicts.incrementAndGet() == 3 * perStep + 1) {
                            Thread.currentThread().interrupt();
                        }
                        return World.VERIFIER.verify(attempt);
                    })
                    .build());
            TrainingResult result = run.result().join();

            assertThat(result.outcome()).isEqualTo(TrainingResult.Outcome.CANCELLED);
            assertThat(result.nextStep()).isEqualTo(3);
            assertThat(optimizer.stepCount()).isEqualTo(result.updates());
        }
    }

    /** While one thread generates, another waits for its turn and is interrupted: only the waiting thread ends. */
    @ParameterizedTest
    @ValueSource(strings = {"native", "djl", "onnx"})
    void aWaitingCallIsCancelledAloneAndAtOnce(String name) throws InterruptedException {
        try (Backend backend = Engines.open(name);
                Policy policy = backend.openPolicy(World.model(directory))) {
            CountDownLatch running = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            SamplingOptions held = ENDLESS.toBuilder()
                    .stopTokens(Set.of())
                    .stopCondition(() -> token -> {
                        running.countDown();
                        awaitUninterruptibly(goOn);
                        return false;
                    })
                    .build();
            AtomicInteger waitersTokens = new AtomicInteger();
            SamplingOptions counted = ENDLESS.toBuilder()
                    .stopTokens(Set.of())
                    .stopCondition(() -> token -> {
                        waitersTokens.incrementAndGet();
                        return false;
                    })
                    .build();
            Work first = Work.start(() -> policy.generate(PROMPTS, held));
            running.await();
            Work waiter = Work.start(() -> policy.generate(PROMPTS, counted));
            waiter.awaitBlocked();
            waiter.interrupt();

            assertThatThrownBy(waiter::result).isInstanceOf(OperationCancelledException.class);
            goOn.countDown();
            assertThat(first.result()).usingRecursiveComparison().isEqualTo(policy.generate(PROMPTS, ENDLESS));
            assertThat(waitersTokens).hasValue(0);
        }
    }

    /**
     * Closing in the middle of a call: that call ends with an error or with its result, and later calls are rejected.
     */
    @ParameterizedTest
    @ValueSource(strings = {"native", "djl", "onnx"})
    void closingDuringACallAndBeforeAWaitingOneIsSafe(String name) throws InterruptedException {
        Backend backend = Engines.open(name);
        Policy policy = backend.openPolicy(World.model(directory));
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        SamplingOptions held = ENDLESS.toBuilder()
                .stopTokens(Set.of())
                .stopCondition(() -> token -> {
                    running.countDown();
                    awaitUninterruptibly(goOn);
                    return false;
                })
                .build();
        Work first = Work.start(() -> policy.generate(PROMPTS, held));
        running.await();
        Work closer = Work.start(() -> {
            backend.close();
            return List.of();
        });
        closer.awaitBlocked();
        Work late = Work.start(() -> policy.generate(PROMPTS, ENDLESS));
        late.awaitBlockedOrEnded();
        goOn.countDown();

        closer.result();
        assertThat(first.ending())
                .satisfiesAnyOf(
                        error -> assertThat(error).isNull(),
                        error -> assertThat(error).isInstanceOf(IllegalStateException.class));
        assertThat(late.ending()).isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
        assertThatThrownBy(() -> policy.generate(PROMPTS, ENDLESS)).isInstanceOf(IllegalStateException.class);
    }

    /** Concurrent callers of one policy: as if one after another. */
    @ParameterizedTest
    @ValueSource(strings = {"native", "djl", "onnx"})
    void aSharedPolicyServesItsCallersOneAfterTheOther(String name) {
        try (Backend backend = Engines.open(name);
                Policy policy = backend.openPolicy(World.model(directory))) {
            AtomicInteger within = new AtomicInteger();
            AtomicInteger overlaps = new AtomicInteger();
            SamplingOptions watched = ENDLESS.toBuilder()
                    .stopTokens(Set.of())
                    .stopCondition(() -> token -> {
                        if (within.incrementAndGet() > 1) {
                            overlaps.incrementAndGet();
                        }
                        Thread.yield();
                        within.decrementAndGet();
                        return false;
                    })
                    .build();
            List<CompletableFuture<List<?>>> calls = Collections.nCopies(8, 0).stream()
                    .map(each -> CompletableFuture.<List<?>>supplyAsync(() -> policy.generate(PROMPTS, watched)))
                    .toList();

            List<?> alone = policy.generate(PROMPTS, ENDLESS);
            assertThat(calls)
                    .allSatisfy(call ->
                            assertThat(call.join()).usingRecursiveComparison().isEqualTo(alone));
            assertThat(overlaps).hasValue(0);
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
