package org.rpt4j.backend.jni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Policy;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.tck.TinyModel;

/** Closing, interrupting and leaking. */
@EnabledIf(Library.BUILT)
class LifecycleTest {

    @TempDir
    private Path directory;

    private NativeBackend backend;

    @BeforeEach
    void open() {
        backend =
                new NativeBackend(BackendOptions.DEFAULTS.toBuilder().threads(2).build());
    }

    @AfterEach
    void close() {
        backend.close();
    }

    @Test
    void nothingThatAnOperationTakesOutlivesIt() {
        TrainablePolicy policy = backend.openTrainablePolicy(TinyModel.QWEN2.write(directory));
        try (Optimizer optimizer = policy.openOptimizer(OptimizerOptions.PAPER)) {
            for (int round = 0; round < 4; round++) {
                work(policy, optimizer, round);
            }
            long afterFirst = backend.usedBytes();
            for (int round = 0; round < 40; round++) {
                work(policy, optimizer, round % 4);
            }
            assertThat(backend.usedBytes()).isEqualTo(afterFirst);
        }
        policy.close();
        assertThat(backend.usedBytes()).isZero();
    }

    private static void work(TrainablePolicy policy, Optimizer optimizer, int round) {
        policy.generate(
                Batches.prompts(3),
                Batches.SAMPLING.toBuilder().seed(round).step(0).build());
        policy.logProbs(Batches.random(round));
        Batches.accumulate(policy, round);
        optimizer.step();
    }

    @Test
    void whatIsOpenInAModelGoesWithIt() {
        TrainablePolicy policy = backend.openTrainablePolicy(TinyModel.LLAMA.write(directory));
        Optimizer optimizer = policy.openOptimizer(OptimizerOptions.PAPER);
        Batches.accumulate(policy, 1);
        ForwardPass pass = policy.forward(Batches.random(2));
        policy.close();
        assertThat(backend.usedBytes()).isZero();
        pass.close();
        optimizer.close();
        assertThatThrownBy(optimizer::step).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(pass::logProbs).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aStopConditionMayCloseThePolicyThatAsksIt() {
        Policy policy = backend.openPolicy(TinyModel.LLAMA.write(directory));
        AtomicInteger tokens = new AtomicInteger();
        SamplingOptions closing = Batches.SAMPLING.toBuilder()
                .stopTokens(Set.of())
                .stopCondition(() -> token -> {
                    if (tokens.incrementAndGet() == 7) {
                        policy.close();
                    }
                    return false;
                })
                .build();
        assertThatThrownBy(() -> policy.generate(Batches.prompts(2), closing))
                .isInstanceOf(IllegalStateException.class);
        assertThat(tokens).hasValue(7);
        assertThat(backend.usedBytes()).isZero();
    }

    @Test
    void aStopConditionMayCloseTheWholeBackend() {
        Policy policy = backend.openPolicy(TinyModel.LLAMA.write(directory));
        Policy other = backend.openPolicy(TinyModel.LLAMA.write(directory));
        SamplingOptions closing = Batches.SAMPLING.toBuilder()
                .stopTokens(Set.of())
                .stopCondition(() -> token -> {
                    backend.close();
                    return false;
                })
                .build();
        assertThatThrownBy(() -> policy.generate(Batches.prompts(2), closing))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(other::description).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void closingWhileAnotherThreadGeneratesEndsItsCall() throws InterruptedException {
        Policy policy = backend.openPolicy(TinyModel.LLAMA.write(directory));
        CountDownLatch started = new CountDownLatch(1);
        CompletableFuture<Void> generating = CompletableFuture.runAsync(() -> {
            SamplingOptions sampling = Batches.SAMPLING.toBuilder()
                    .stopTokens(Set.of())
                    .stopCondition(() -> token -> {
                        started.countDown();
                        return false;
                    })
                    .build();
            while (true) {
                policy.generate(Batches.prompts(3), sampling);
            }
        });
        started.await();
        policy.close();
        assertThat(backend.usedBytes()).isZero();
        assertThatThrownBy(generating::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void closingFromManyThreadsClosesOnce() {
        Policy policy = backend.openPolicy(TinyModel.LLAMA.write(directory));
        CompletableFuture<?>[] closing = new CompletableFuture<?>[8];
        for (int i = 0; i < closing.length; i++) {
            closing[i] = CompletableFuture.runAsync(policy::close);
        }
        CompletableFuture.allOf(closing).join();
        assertThat(backend.usedBytes()).isZero();
    }

    @Test
    void anInterruptionWithinARolloutLeavesAUsablePolicy() {
        Policy policy = backend.openPolicy(TinyModel.LLAMA.write(directory));
        Thread caller = Thread.currentThread();
        AtomicInteger tokens = new AtomicInteger();
        SamplingOptions interrupting = Batches.SAMPLING.toBuilder()
                .stopTokens(Set.of())
                .stopCondition(() -> token -> {
                    if (tokens.incrementAndGet() == 9) {
                        caller.interrupt();
                    }
                    return false;
                })
                .build();
        assertThatThrownBy(() -> policy.generate(Batches.prompts(2), interrupting))
                .isInstanceOf(OperationCancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(tokens).hasValue(9);
        assertThat(policy.generate(Batches.prompts(2), Batches.SAMPLING)).hasSize(2);
    }

    @Test
    void aScannerThatFailsEndsTheCallAndNothingElse() {
        Policy policy = backend.openPolicy(TinyModel.LLAMA.write(directory));
        SamplingOptions failing = Batches.SAMPLING.toBuilder()
                .stopTokens(Set.of())
                .stopCondition(() -> token -> {
                    throw new IllegalArgumentException("no");
                })
                .build();
        policy.generate(Batches.prompts(2), Batches.SAMPLING);
        long before = backend.usedBytes();
        assertThatThrownBy(() -> policy.generate(Batches.prompts(2), failing)).hasMessage("no");
        assertThat(backend.usedBytes()).isEqualTo(before);
        assertThat(backend.openProxyScorer(TinyModel.QWEN2.write(directory.resolve("other")))
                        .score(List.of(new int[] {1, 2, 3}), ScoringOptions.DEFAULTS))
                .hasSize(1);
    }
}
