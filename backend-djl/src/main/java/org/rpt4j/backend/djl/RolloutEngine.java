package org.rpt4j.backend.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.spi.kit.RunningCompletion;

/**
 * Samples groups of rollouts. Each prompt is prefilled once and shared by its group; finished members leave the batch
 * at once; a slot whose whole group is finished takes the next prompt; when no prompt is left and half the slots are
 * idle, the cache is compacted. What a row samples depends only on its key, so none of this affects the result.
 */
final class RolloutEngine implements AutoCloseable {

    static final int PREFILL_TOKENS = 4096;

    private final DjlModel model;
    private final EngineThread thread;
    private final SamplingOptions sampling;
    private final List<Prompt> prompts;
    private final int members;
    private final int completionLimit;
    private final KvCache cache;
    private final Deque<Integer> waiting = new ArrayDeque<>();
    private final @Nullable RolloutGroup[] finished;
    private @Nullable RunningGroup[] slots;

    RolloutEngine(DjlModel model, EngineThread thread, int maxSequences, List<Prompt> given, SamplingOptions sampling) {
        this.model = model;
        this.thread = thread;
        this.sampling = sampling;
        this.prompts = model.limits.requireContinuable(given, sampling);
        this.members = sampling.groupSize();
        this.finished = new RolloutGroup[prompts.size()];
        int context = model.config.contextLength();
        int shortest = context;
        int longest = 0;
        for (int i = 0; i < prompts.size(); i++) {
            int length = prompts.get(i).tokens().length;
            shortest = Math.min(shortest, length);
            longest = Math.max(longest, length);
            waiting.add(i);
        }
        this.completionLimit = Math.min(sampling.maxTokens(), context - shortest);
        int groups = Math.min(Math.max(1, prompts.size()), Math.max(1, maxSequences / members));
        this.slots = new RunningGroup[groups];
        this.cache = new KvCache(model, groups, members, Math.max(1, longest), completionLimit);
    }

    List<RolloutGroup> run() {
        while (true) {
            thread.checkCancelled("generation");
            fillSlots();
            List<RunningRow> active = activeRows();
            if (active.isEmpty()) {
                if (waiting.isEmpty()) {
                    break;
                }
                continue;
            }
            decode(active);
            retireGroups();
        }
        return Arrays.stream(finished).map(Objects::requireNonNull).toList();
    }

    private void fillSlots() {
        List<RunningGroup> fresh = new ArrayList<>();
        int tokens = 0;
        for (int slot = 0; slot < slots.length && !waiting.isEmpty(); slot++) {
            int length = prompts.get(waiting.element()).tokens().length;
            if (slots[slot] == null && (fresh.isEmpty() || tokens + length <= PREFILL_TOKENS)) {
                int index = waiting.remove();
                RunningGroup group = new RunningGroup(index, prompts.get(index), sampling, model);
                group.moveTo(slot);
                slots[slot] = group;
                fresh.add(group);
                tokens += length;
            }
        }
        if (!fresh.isEmpty()) {
            prefill(fresh);
            retireGroups();
        } else if (waiting.isEmpty()) {
            compact();
        }
    }

    private void prefill(List<RunningGroup> fresh) {
        RaggedBatch ragged = RaggedBatch.ofSequences(
                fresh.stream().map(group -> group.prompt().tokens()).toList());
        long[] lastRows = new long[fresh.size()];
        int row = -1;
        for (int i = 0; i < lastRows.length; i++) {
            row += fresh.get(i).prompt().tokens().length;
            lastRows[i] = row;
        }
        try (NDManager scope = model.newScope()) {
            DeviceBatch batch = new DeviceBatch(scope, ragged);
            NDArray slotNumbers = scope.newSubManager(Device.cpu())
                    .create(fresh.stream().mapToLong(RunningGroup::slot).toArray());
            NDArray hidden = model.script()
                    .callOne(
                            scope,
                            false,
                            "prefill",
                            new long[0],
                            model.inferenceWeights(),
                            cache.promptKeys(),
                            cache.promptValues(),
                            batch.ids,
                            batch.positions,
                            model.cosines(),
                            model.sines(),
                            batch.meta,
                            batch.pad,
                            batch.unpad,
                            slotNumbers,
                            scope.create(lastRows));
            List<RunningRow> rows = new ArrayList<>();
            long[] source = new long[fresh.size() * members];
            for (int g = 0; g < fresh.size(); g++) {
                for (int m = 0; m < members; m++) {
                    source[rows.size()] = g;
                    rows.add(fresh.get(g).row(m));
                }
            }
            sample(scope, hidden, source, rows);
        }
    }

    private void decode(List<RunningRow> active) {
        int count = active.size();
        long[] ids = new long[count];
        long[] positions = new long[count];
        long[] rows = new long[count];
        long[] at = new long[count];
        long[] promptLengths = new long[slots.length];
        long[] lengths = new long[slots.length * members];
        long[] source = new long[count];
        int longestPrompt = 1;
        int longest = 1;
        for (int slot = 0; slot < slots.length; slot++) {
            RunningGroup group = slots[slot];
            if (group != null) {
                promptLengths[slot] = group.prompt().tokens().length;
                longestPrompt = Math.max(longestPrompt, group.prompt().tokens().length);
            }
        }
        for (int i = 0; i < count; i++) {
            RunningRow row = active.get(i);
            RunningCompletion completion = row.completion();
            ids[i] = completion.lastToken();
            at[i] = completion.length() - 1;
            positions[i] = completion.lastPosition();
            rows[i] = (long) row.group().slot() * members + completion.member();
            lengths[(int) rows[i]] = completion.length();
            source[i] = i;
            longest = Math.max(longest, completion.length());
        }
        cache.ensureCapacity(longest, completionLimit);
        try (NDManager scope = model.newScope()) {
            NDArray hidden = model.script()
                    .callOne(
                            scope,
                            false,
                            "decode",
                            new long[] {slots.length, members, longestPrompt, longest},
                            model.inferenceWeights(),
                            cache.promptKeys(),
                            cache.promptValues(),
                            cache.keys(),
                            cache.values(),
                            scope.create(ids),
                            scope.create(positions),
                            model.cosines(),
                            model.sines(),
                            scope.create(rows),
                            scope.create(at),
                            scope.create(promptLengths),
                            scope.create(lengths));
            sample(scope, hidden, source, active);
        }
    }

    /** Draws the next token of each row from the logits of the hidden state {@code source[i]}. */
    private void sample(NDManager scope, NDArray hidden, long[] source, List<RunningRow> rows) {
        double[] uniforms = new double[rows.size()];
        for (int i = 0; i < uniforms.length; i++) {
            uniforms[i] = rows.get(i).completion().nextUniform();
        }
        NDArray inverseTemperature =
                scope.newSubManager(Device.cpu()).create(new double[] {1 / sampling.logProbTemperature()});
        double[] drawn = model.script()
                .callOne(
                        scope,
                        false,
                        "sample",
                        new long[] {sampling.temperature() == 0 ? 1 : 0},
                        model.inferenceWeights(),
                        hidden,
                        scope.create(source),
                        scope.create(uniforms),
                        inverseTemperature)
                .toDoubleArray();
        for (int i = 0; i < uniforms.length; i++) {
            rows.get(i).completion().append((int) drawn[i], drawn[uniforms.length + i]);
        }
    }

    private List<RunningRow> activeRows() {
        List<RunningRow> active = new ArrayList<>();
        for (RunningGroup group : slots) {
            if (group != null) {
                group.addActive(active);
            }
        }
        return active;
    }

    private void retireGroups() {
        for (int slot = 0; slot < slots.length; slot++) {
            RunningGroup group = slots[slot];
            if (group != null && group.isFinished()) {
                finished[group.index()] = group.result(model.version());
                slots[slot] = null;
            }
        }
    }

    private void compact() {
        int[] kept = IntStream.range(0, slots.length)
                .filter(slot -> slots[slot] != null)
                .toArray();
        if (kept.length > 0 && 2 * kept.length <= slots.length) {
            cache.keep(kept);
            RunningGroup[] fewer = new RunningGroup[kept.length];
            for (int i = 0; i < kept.length; i++) {
                RunningGroup group = Objects.requireNonNull(slots[kept[i]]);
                group.moveTo(i);
                fewer[i] = group;
            }
            slots = fewer;
        }
    }

    @Override
    public void close() {
        cache.close();
    }
}
