package org.rpt4j.spark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rpt4j.api.TokenBatch;

/** A prompt with its completions, cut out of a {@link TokenBatch}. */
final class Group {

    private final int[] prompt;
    private final List<int[]> completions;

    private Group(int[] prompt, List<int[]> completions) {
        this.prompt = prompt;
        this.completions = completions;
    }

    /** The groups of a batch, in order. */
    static List<Group> of(TokenBatch batch) {
        List<Group> groups = new ArrayList<>();
        for (int g = 0; g < batch.promptCount(); g++) {
            List<int[]> completions = new ArrayList<>();
            for (int c = batch.groupOffsets()[g]; c < batch.groupOffsets()[g + 1]; c++) {
                completions.add(part(batch.completionTokens(), batch.completionOffsets(), c));
            }
            groups.add(new Group(part(batch.promptTokens(), batch.promptOffsets(), g), completions));
        }
        return groups;
    }

    private static int[] part(int[] tokens, int[] offsets, int index) {
        return Arrays.copyOfRange(tokens, offsets[index], offsets[index + 1]);
    }

    /** Token ids. */
    int[] prompt() {
        return prompt;
    }

    /** Token ids, each at least one. */
    List<int[]> completions() {
        return completions;
    }

    int longestCompletion() {
        return completions.stream()
                .mapToInt(completion -> completion.length)
                .max()
                .orElse(0);
    }
}
