package org.rpt4j.backend.jni;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.rpt4j.api.TokenBatch;

/**
 * A ragged batch as the engine reads it: tokens in the order of a prefix tree, depth first; for each segment (a trunk,
 * a prompt or a completion) its parent, first row and length; the row that predicts each target, and the target.
 */
final class FlatBatch {

    private static final int NO_PARENT = -1;

    // The C++ reads these fields by name, see NativeStructs.
    final int[] tokens;
    final int[] segmentParents;
    final int[] segmentStarts;
    final int[] segmentLengths;
    final int[] targetRows;
    final int[] targetTokens;
    private int row;
    private int segment;
    private int target;

    private FlatBatch(int tokens, int segments, int targets) {
        this.tokens = new int[tokens];
        this.segmentParents = new int[segments];
        this.segmentStarts = new int[segments];
        this.segmentLengths = new int[segments];
        this.targetRows = new int[targets];
        this.targetTokens = new int[targets];
    }

    /**
     * Groups {@code from..to} of a batch; completion tokens are the targets, in the order of the batch. A prefix that
     * prompts share appears once, as a segment of its own.
     *
     * @param page tokens per page of the engine
     */
    static FlatBatch of(TokenBatch batch, int from, int to, int page) {
        int[] groups = batch.groupOffsets();
        int[] offsets = batch.completionOffsets();
        List<int[]> prompts = IntStream.range(from, to)
                .mapToObj(g -> Arrays.copyOfRange(
                        batch.promptTokens(), batch.promptOffsets()[g], batch.promptOffsets()[g + 1]))
                .toList();
        PrefixTree tree = new PrefixTree(prompts, page);
        int completionTokens = offsets[groups[to]] - offsets[groups[from]];
        int computed = completionTokens;
        for (int i = 0; i < prompts.size(); i++) {
            computed = Math.addExact(computed, prompts.get(i).length - tree.sharedTokens(i));
        }
        for (PrefixTree.Trunk trunk : tree.trunks()) {
            computed = Math.addExact(computed, trunk.to() - trunk.from());
        }
        int segments = tree.trunks().size() + prompts.size() + groups[to] - groups[from];
        FlatBatch flat = new FlatBatch(computed, segments, completionTokens);
        flat.addBelow(PrefixTree.NONE, NO_PARENT, tree, prompts, batch, from);
        return flat;
    }

    /** Adds everything below a trunk, depth first. */
    private void addBelow(
            int trunk, int parent, PrefixTree tree, List<int[]> prompts, TokenBatch batch, int firstGroup) {
        for (int t = 0; t < tree.trunks().size(); t++) {
            PrefixTree.Trunk child = tree.trunks().get(t);
            if (child.parent() == trunk) {
                int added = add(parent, prompts.get(child.example()), child.from(), child.to());
                addBelow(t, added, tree, prompts, batch, firstGroup);
            }
        }
        for (int i = 0; i < prompts.size(); i++) {
            if (tree.trunkOf(i) == trunk) {
                int prompt = add(parent, prompts.get(i), tree.sharedTokens(i), prompts.get(i).length);
                addCompletions(prompt, batch, firstGroup, firstGroup + i);
            }
        }
    }

    private void addCompletions(int prompt, TokenBatch batch, int firstGroup, int group) {
        int[] groups = batch.groupOffsets();
        int[] offsets = batch.completionOffsets();
        int lastOfPrompt = row - 1;
        for (int c = groups[group]; c < groups[group + 1]; c++) {
            int first = row;
            add(prompt, batch.completionTokens(), offsets[c], offsets[c + 1]);
            target = offsets[c] - offsets[groups[firstGroup]];
            for (int j = 0; j < offsets[c + 1] - offsets[c]; j++) {
                predict(j == 0 ? lastOfPrompt : first + j - 1, batch.completionTokens()[offsets[c] + j]);
            }
        }
    }

    /** Whole sequences: every token but the first is a target; the last predicts nothing and is not computed. */
    static FlatBatch of(List<int[]> sequences) {
        int computed =
                sequences.stream().mapToInt(sequence -> sequence.length - 1).sum();
        int used =
                (int) sequences.stream().filter(sequence -> sequence.length > 1).count();
        FlatBatch flat = new FlatBatch(computed, used, computed);
        for (int[] sequence : sequences) {
            int first = flat.row;
            if (sequence.length > 1) {
                flat.add(NO_PARENT, sequence, 0, sequence.length - 1);
            }
            for (int t = 1; t < sequence.length; t++) {
                flat.predict(first + t - 1, sequence[t]);
            }
        }
        return flat;
    }

    private int add(int parent, int[] source, int from, int to) {
        segmentParents[segment] = parent;
        segmentStarts[segment] = row;
        segmentLengths[segment] = to - from;
        System.arraycopy(source, from, tokens, row, to - from);
        row += to - from;
        return segment++;
    }

    private void predict(int predictingRow, int token) {
        targetRows[target] = predictingRow;
        targetTokens[target++] = token;
    }
}
