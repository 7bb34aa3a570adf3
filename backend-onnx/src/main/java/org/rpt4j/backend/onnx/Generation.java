package org.rpt4j.backend.onnx;

import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.spi.kit.InputLimits;
import org.rpt4j.spi.kit.Interrupts;
import org.rpt4j.spi.kit.RunningCompletion;

/**
 * One call of {@code generate}. A prompt runs through the network once for all members of its group that start
 * together; the others get a copy of its keys and values. A finished member leaves at once: the last row moves into its
 * place, and waiting members follow. What a member samples depends only on its key, so none of this affects the result.
 */
final class Generation {

    private final Decoder decoder;
    private final SamplingOptions sampling;
    private final int maxSequences;
    private final NextToken next;
    private final Runnable checkOpen;
    private final List<Prompt> prompts;
    private final Deque<RunningSequence> waiting = new ArrayDeque<>();
    /** Sequence {@code i} owns row {@code i} of the cache. */
    private final List<RunningSequence> running = new ArrayList<>();

    private final @Nullable Rollout[][] finished;

    /**
     * A call that has not begun.
     *
     * @param checkOpen runs after every token: a stop condition may have closed the policy
     */
    Generation(
            Decoder decoder,
            List<Prompt> prompts,
            SamplingOptions sampling,
            int maxSequences,
            InputLimits limits,
            Runnable checkOpen) {
        this.checkOpen = checkOpen;
        this.decoder = decoder;
        this.prompts = prompts;
        this.sampling = sampling;
        this.maxSequences = maxSequences;
        this.next = new NextToken(limits, sampling.logProbTemperature());
        this.finished = new Rollout[prompts.size()][sampling.groupSize()];
        for (int group = 0; group < prompts.size(); group++) {
            Prompt prompt = prompts.get(group);
            for (int member = 0; member < sampling.groupSize(); member++) {
                waiting.add(new RunningSequence(
                        group, new RunningCompletion(prompt, member, sampling, limits.contextLength())));
            }
        }
    }

    List<RolloutGroup> run() {
        Interrupts.check("generating");
        reserve();
        while (!waiting.isEmpty() || !running.isEmpty()) {
            while (!waiting.isEmpty() && running.size() < maxSequences) {
                admit();
            }
            if (!running.isEmpty()) {
                Interrupts.check("generating");
                step();
            }
        }
        List<RolloutGroup> groups = new ArrayList<>();
        for (int group = 0; group < finished.length; group++) {
            List<Rollout> members = new ArrayList<>();
            for (Rollout rollout : finished[group]) {
                members.add(Objects.requireNonNull(rollout));
            }
            groups.add(new RolloutGroup(prompts.get(group), members));
        }
        return groups;
    }

    /** Reserves room for all sequences that will run together, so that the cache is not copied for each new one. */
    private void reserve() {
        int longest = prompts.stream()
                .mapToInt(prompt -> prompt.tokens().length)
                .max()
                .orElse(0);
        decoder.cache().bound((long) longest + sampling.maxTokens());
        decoder.cache().ensure(Math.min(maxSequences, waiting.size()), longest + 1);
    }

    /** Starts as many waiting members of one group as there is room for; each samples its first token. */
    private void admit() {
        int source = running.size();
        RunningSequence first = waiting.element();
        int[] prompt = first.completion().prompt().tokens();
        FloatBuffer logits = decoder.prefill(source, prompt);
        while (!waiting.isEmpty() && waiting.element().group() == first.group() && running.size() < maxSequences) {
            running.add(waiting.remove());
        }
        decoder.cache().ensure(running.size(), prompt.length);
        for (int row = source; row < running.size(); row++) {
            if (row > source) {
                decoder.cache().copy(source, row, prompt.length);
            }
            sample(running.get(row), logits, 0);
        }
        retire();
    }

    private void step() {
        FloatBuffer logits = decoder.step(
                running.stream().mapToLong(RunningSequence::lastToken).toArray(),
                running.stream().mapToInt(RunningSequence::cached).toArray());
        for (int row = 0; row < running.size(); row++) {
            sample(running.get(row), logits, row);
        }
        retire();
    }

    private void sample(RunningSequence sequence, FloatBuffer logits, int row) {
        next.read(logits, row);
        int token = sampling.temperature() == 0
                ? next.argmax()
                : next.inverseCdf(sequence.completion().nextUniform());
        sequence.completion().append(token, next.logProb(logits, row, token));
        checkOpen.run();
    }

    private void retire() {
        for (int row = running.size() - 1; row >= 0; row--) {
            RunningSequence sequence = running.get(row);
            if (sequence.completion().isFinished()) {
                Rollout rollout = sequence.completion().rollout(OnnxPolicy.VERSION);
                finished[sequence.group()][rollout.member()] = rollout;
                RunningSequence last = running.remove(running.size() - 1);
                if (row < running.size()) {
                    decoder.cache().copy(running.size(), row, last.cached());
                    running.set(row, last);
                }
            }
        }
    }
}
