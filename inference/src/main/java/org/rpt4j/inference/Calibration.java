package org.rpt4j.inference;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.DecodingSession;
import org.rpt4j.api.Policy;
import org.rpt4j.core.pipeline.Reasoning;

/**
 * Measures, on text that a policy was not trained on, how well it predicts the next token without a thought and with
 * one, and what a thought costs. {@link GatingCurve} makes a threshold of it. Not thread-safe.
 *
 * @since 0.1.0
 */
public final class Calibration {

    private final Policy policy;
    private final Reasoning reasoning;
    private final InferenceOptions options;
    private final int positionsPerDocument;

    /**
     * Measures with the thoughts of some options; their mode and threshold have no effect.
     *
     * @param positionsPerDocument maximum number of positions that are drawn from one document
     */
    public Calibration(Policy policy, Reasoning reasoning, InferenceOptions options, int positionsPerDocument) {
        if (positionsPerDocument < 1) {
            throw new IllegalArgumentException(
                    "positionsPerDocument is " + positionsPerDocument + ", must be at least 1");
        }
        this.policy = policy;
        this.reasoning = reasoning;
        this.options = options;
        this.positionsPerDocument = positionsPerDocument;
    }

    /**
     * Measures positions of documents until there are enough. Which ones depends on the seed alone. Of a document longer
     * than the context window the beginning counts.
     *
     * @param documents token ids, without a begin-of-text token
     * @param positions maximum number of positions
     * @param progress told after each, with their number so far
     * @throws org.rpt4j.api.error.OperationCancelledException if the thread is interrupted
     */
    public List<MeasuredPosition> measure(Iterable<int[]> documents, int positions, IntConsumer progress) {
        List<MeasuredPosition> measured = new ArrayList<>();
        long number = 0;
        for (int[] document : documents) {
            if (measured.size() >= positions) {
                break;
            }
            int wanted = Math.min(positionsPerDocument, positions - measured.size());
            measure(document, chosen(document.length, number++, wanted), measured, progress);
        }
        return measured;
    }

    /** Positions with a context before them and a token after, in ascending order. */
    private int[] chosen(int length, long document, int wanted) {
        int begin = reasoning.beginOfText().isPresent() ? 1 : 0;
        int most = Math.min(length, policy.description().contextLength() - begin);
        return IntStream.range(1, Math.max(1, most))
                .boxed()
                .sorted((a, b) -> Long.compare(key(document, a), key(document, b)))
                .limit(wanted)
                .mapToInt(Integer::intValue)
                .sorted()
                .toArray();
    }

    private long key(long document, int position) {
        return CounterRandom.bits(options.seed(), document, position);
    }

    private void measure(int[] document, int[] positions, List<MeasuredPosition> measured, IntConsumer progress) {
        try (DecodingSession text = policy.openSession();
                ThinkingSession thinking = new ThinkingSession(policy.openSession())) {
            text.append(reasoning.beginOfText().stream().toArray());
            int read = 0;
            for (int position : positions) {
                text.append(Arrays.copyOfRange(document, read, position - 1));
                long start = System.nanoTime();
                text.append(document[position - 1]);
                NextToken next = new NextToken(text.logits());
                Duration standardTime = Duration.ofNanos(System.nanoTime() - start);
                read = position;
                measured.add(
                        measure(Arrays.copyOf(document, position), document[position], next, standardTime, thinking));
                progress.accept(measured.size());
            }
        }
    }

    private MeasuredPosition measure(
            int[] context, int target, NextToken next, Duration standardTime, ThinkingSession thinking) {
        long start = System.nanoTime();
        RunningThought thought = new RunningThought(
                reasoning,
                options,
                policy.description().contextLength(),
                thinking,
                context,
                context.length,
                next.entropy());
        boolean ended = false;
        while (!ended) {
            ended = thought.advance(event -> {});
        }
        Thought found = thought.thought();
        Duration thoughtTime = Duration.ofNanos(System.nanoTime() - start);
        boolean standardHit = next.top(1).get(0).token() == target;
        boolean isTaken = found.outcome() == ThoughtOutcome.TAKEN;
        return new MeasuredPosition(
                next.entropy(),
                standardHit,
                isTaken ? found.taken().get(0) == target : standardHit,
                found.outcome(),
                found.tokenCount(),
                isTaken ? found.taken().size() : 1,
                standardTime,
                thoughtTime);
    }
}
