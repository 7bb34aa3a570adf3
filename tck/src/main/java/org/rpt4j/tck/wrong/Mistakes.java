package org.rpt4j.tck.wrong;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.TokenBatch;

/** Mistakes that several wrong twins share. */
final class Mistakes {

    /** The parts to rebuild a batch entry from; {@code all} are the completions of its group. */
    static final class Entry {

        private final int[] prompt;
        private final int[] completion;
        private final List<int[]> all;
        private final int index;

        Entry(int[] prompt, int[] completion, List<int[]> all, int index) {
            this.prompt = prompt;
            this.completion = completion;
            this.all = all;
            this.index = index;
        }

        int[] prompt() {
            return prompt;
        }

        int[] completion() {
            return completion;
        }

        List<int[]> all() {
            return all;
        }

        int index() {
            return index;
        }
    }

    private Mistakes() {}

    /** Counts a few parameters twice. */
    static ModelDescription miscounted(ModelDescription d) {
        return new ModelDescription(
                d.architecture(), d.parameterCount() + d.vocabularySize(), d.vocabularySize(), d.contextLength());
    }

    /** Maps ids outside the vocabulary to ids inside it. */
    static int[] wrapped(int[] tokens, ModelDescription model) {
        return Arrays.stream(tokens)
                .map(token -> Math.floorMod(token, model.vocabularySize()))
                .toArray();
    }

    /** Keeps the low 16 bits of each id. */
    static int[] low16(int[] tokens) {
        return Arrays.stream(tokens).map(token -> token & 0xFFFF).toArray();
    }

    /** Works as if the thread had not been interrupted, and restores the interruption afterwards. */
    static <T> T deaf(Supplier<T> work) {
        boolean interrupted = Thread.interrupted();
        try {
            return work.get();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Gives another thread time to overwrite what this one has just stored. */
    static void dawdle(BooleanSupplier overwritten, Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        while (!overwritten.getAsBoolean() && System.nanoTime() < end) {
            Thread.yield();
        }
    }

    /** The same completions in the same order, each as a group of its own with another prompt. */
    static TokenBatch withPrompts(TokenBatch batch, UnaryOperator<Entry> change) {
        TokenBatch.Builder builder = TokenBatch.builder(batch.temperature());
        for (Entry entry : entries(batch)) {
            Entry changed = change.apply(entry);
            builder.add(changed.prompt(), List.of(changed.completion()));
        }
        return builder.build();
    }

    /** Lets the completions of a group see the earlier ones, as if all were one text. */
    static TokenBatch chained(TokenBatch batch) {
        return withPrompts(batch, entry -> {
            int[] prompt = entry.prompt();
            for (int[] earlier : entry.all().subList(0, entry.index())) {
                prompt = concatenate(prompt, earlier);
            }
            return new Entry(prompt, entry.completion(), entry.all(), entry.index());
        });
    }

    /** Wraps ids into the vocabulary, and truncates prompts on the left until they fit the context window. */
    static TokenBatch forced(TokenBatch batch, ModelDescription model) {
        return withPrompts(batch, entry -> {
            int room = model.contextLength() - entry.completion().length;
            int[] prompt = entry.prompt();
            int[] cut = Arrays.copyOfRange(prompt, Math.max(0, prompt.length - room), prompt.length);
            return new Entry(wrapped(cut, model), wrapped(entry.completion(), model), entry.all(), entry.index());
        });
    }

    static List<Entry> entries(TokenBatch batch) {
        List<Entry> entries = new ArrayList<>();
        for (int g = 0; g < batch.promptCount(); g++) {
            int[] prompt = part(batch.promptTokens(), batch.promptOffsets(), g);
            List<int[]> completions = new ArrayList<>();
            for (int c = batch.groupOffsets()[g]; c < batch.groupOffsets()[g + 1]; c++) {
                completions.add(part(batch.completionTokens(), batch.completionOffsets(), c));
            }
            for (int i = 0; i < completions.size(); i++) {
                entries.add(new Entry(prompt, completions.get(i), completions, i));
            }
        }
        return entries;
    }

    /** Changes every rollout, given the prompt of its group. */
    static List<RolloutGroup> changed(List<RolloutGroup> groups, UnaryOperator<Rollout> change) {
        return groups.stream()
                .map(group -> new RolloutGroup(
                        group.prompt(), group.rollouts().stream().map(change).toList()))
                .toList();
    }

    /** Returns the first tokens of a rollout. */
    static Rollout shortened(Rollout rollout, int length) {
        return new Rollout(
                rollout.member(),
                Arrays.copyOf(rollout.tokens(), length),
                Arrays.copyOf(rollout.logProbs(), length),
                rollout.finish(),
                rollout.policyVersion());
    }

    private static int[] part(int[] all, int[] offsets, int index) {
        return Arrays.copyOfRange(all, offsets[index], offsets[index + 1]);
    }

    private static int[] concatenate(int[] a, int[] b) {
        int[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }
}
