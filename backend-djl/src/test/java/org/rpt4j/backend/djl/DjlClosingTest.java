package org.rpt4j.backend.djl;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Policy;
import org.rpt4j.tck.TinyModel;

/** Closing a model while calls wait for the engine. */
class DjlClosingTest {

    @TempDir
    private Path directory;

    /**
     * The queue runs calls in order: only a second check, when its turn comes, tells the first call about the second.
     */
    @Test
    void aCallThatWaitsWhenItsModelIsClosedIsRefused() throws InterruptedException {
        try (DjlBackend backend = new DjlBackend(BackendOptions.DEFAULTS)) {
            InferencePolicy busy = (InferencePolicy) backend.openPolicy(TinyModel.LLAMA.write(directory));
            Policy closing = backend.openPolicy(TinyModel.LLAMA.write(directory));
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            CompletableFuture<Void> blocking = CompletableFuture.runAsync(() -> busy.onEngine("wait", () -> {
                begun.countDown();
                goOn.await();
                return true;
            }));
            begun.await();
            CompletableFuture<Object> call = new CompletableFuture<>();
            Thread waiting =
                    new Thread(() -> call.completeAsync(() -> closing.logProbs(Batches.random(1)), Runnable::run));
            waiting.start();
            awaitBlocked(waiting);
            Thread closer = new Thread(closing::close);
            closer.start();
            awaitBlocked(closer);

            goOn.countDown();

            assertThatThrownBy(call::join)
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("this policy is closed; logProbs is no longer possible");
            closer.join();
            blocking.join();
        }
    }

    private static void awaitBlocked(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }
}
