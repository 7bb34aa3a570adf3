package org.rpt4j.backend.onnx;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** Calls native code that recurses deeply, on a thread with room for it. Stateless. */
final class DeepStack {

    /** Address space that is reserved; memory is used as deep as the call goes. */
    private static final long BYTES = 256L << 20;

    private DeepStack() {}

    /** Calls and waits, also on an interrupted thread, which stays interrupted. */
    static <T> T call(Supplier<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        new Thread(
                        null,
                        () -> {
                            try {
                                result.complete(work.get());
                            } catch (RuntimeException | Error e) {
                                result.completeExceptionally(e);
                            }
                        },
                        "rpt4j-onnx-start",
                        BYTES)
                .start();
        try {
            return result.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof RuntimeException known ? known : e;
        }
    }
}
