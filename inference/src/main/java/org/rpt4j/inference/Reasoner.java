package org.rpt4j.inference;

import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.rpt4j.api.Policy;
import org.rpt4j.core.pipeline.Reasoning;

/**
 * Continues texts with a policy that was trained to think before it predicts: without thinking, thinking before every
 * token, or only where the policy is uncertain. What a thought predicts, the bytes in its box, becomes the next tokens
 * of the text; where it predicts nothing that can be used, the text goes on with a token of the policy's own, and the
 * {@link Trace} says why.
 *
 * <p>A text takes two sessions of the policy: one reads the text alone, the other the prompts of the thoughts, which
 * share all but their end. Thoughts see as much of the text as the prompt has room for; the text itself ends at the
 * context window of the model.
 *
 * <p>The same prompt, options and weights give the same text: every draw has its own key, see {@link
 * org.rpt4j.api.CounterRandom}. Thread-safe; texts that are written at the same time take turns, token by token. Policy
 * and reasoning stay the caller's, and must stay open.
 *
 * <pre>{@code
 * Reasoner reasoner = Reasoner.of(policy, reasoning);
 * InferenceOptions options = InferenceOptions.builder().mode(ReasoningMode.HYBRID).threshold(1.5).build();
 * String text = reasoner.complete("Once upon a time", options).text();
 * }</pre>
 *
 * @since 0.1.0
 */
public final class Reasoner {

    private static final AtomicInteger THREADS = new AtomicInteger();

    private final Policy policy;
    private final Reasoning reasoning;
    private final Executor executor;

    private Reasoner(Policy policy, Reasoning reasoning, Executor executor) {
        this.policy = Objects.requireNonNull(policy, "policy");
        this.reasoning = Objects.requireNonNull(reasoning, "reasoning");
        this.executor = Objects.requireNonNull(executor, "executor");
    }

    /**
     * A reasoner whose {@link #stream} computes on daemon threads {@code rpt4j-inference-<n>} that end when idle.
     *
     * @param policy opened from a backend that can {@link org.rpt4j.api.Capability#DECODE}
     * @param reasoning how this model is prompted to think
     */
    public static Reasoner of(Policy policy, Reasoning reasoning) {
        return new Reasoner(policy, reasoning, daemons());
    }

    /** As {@link #of}; {@link #stream} computes on an executor of the caller. */
    public static Reasoner of(Policy policy, Reasoning reasoning, Executor executor) {
        return new Reasoner(policy, reasoning, executor);
    }

    private static Executor daemons() {
        return new ThreadPoolExecutor(0, Integer.MAX_VALUE, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, "rpt4j-inference-" + THREADS.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * The tokens of a text as a prompt, after the begin-of-text token if the model expects one. Markers in it are
     * ordinary text.
     *
     * @throws org.rpt4j.api.error.TokenizerException if the text cannot be encoded
     */
    public int[] prompt(String text) {
        return IntStream.concat(
                        reasoning.beginOfText().stream(),
                        IntStream.of(reasoning.tokenizer().encode(text)))
                .toArray();
    }

    /**
     * Continues a text on the calling thread.
     *
     * @throws org.rpt4j.api.error.ContextOverflowException if the prompt leaves no room for a token
     * @throws org.rpt4j.api.error.OperationCancelledException if the thread is interrupted
     * @throws org.rpt4j.api.error.UnsupportedCapabilityException if the policy has no sessions
     * @throws IllegalArgumentException if the prompt has no tokens
     */
    public ReasonedText complete(String text, InferenceOptions options) {
        return complete(prompt(text), options, event -> {});
    }

    /**
     * Continues a text on the calling thread, and tells every event as it happens.
     *
     * @param prompt tokens of the text, with the begin-of-text token if the model expects one
     * @param events receives them in order, on the calling thread
     * @throws org.rpt4j.api.error.ContextOverflowException if the prompt leaves no room for a token
     * @throws org.rpt4j.api.error.OperationCancelledException if the thread is interrupted
     * @throws org.rpt4j.api.error.UnsupportedCapabilityException if the policy has no sessions
     * @throws IllegalArgumentException if the prompt has no tokens, or one that is not in the vocabulary
     */
    public ReasonedText complete(int[] prompt, InferenceOptions options, Consumer<? super TokenEvent> events) {
        try (TextGeneration text = new TextGeneration(policy, reasoning, prompt, options)) {
            while (true) {
                TokenEvent event = text.next();
                events.accept(event);
                if (event instanceof TokenEvent.Finished finished) {
                    return finished.result();
                }
            }
        }
    }

    /**
     * The events of a text, each computed when a subscriber asks for it. Every subscription writes the text anew; its
     * {@code cancel} ends the computation within one forward pass and frees its memory. What {@link #complete} throws
     * goes to {@code onError}.
     *
     * @param prompt tokens of the text, with the begin-of-text token if the model expects one
     */
    public Flow.Publisher<TokenEvent> stream(int[] prompt, InferenceOptions options) {
        int[] copy = prompt.clone();
        return new TextPublisher(() -> new TextGeneration(policy, reasoning, copy, options), executor);
    }
}
