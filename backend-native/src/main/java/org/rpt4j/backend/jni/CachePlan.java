package org.rpt4j.backend.jni;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.SamplingOptions;

/**
 * The size of a run's cache in the worst case, where every rollout uses all of its tokens. A run decodes as many
 * rollouts at a time as it may and as fit into the engine's memory. Once started, it does not run out of memory.
 *
 * @param sequences rollouts decoded at the same time
 * @param pages pages of keys and values
 * @param rows maximum tokens in one pass
 * @param nodes trunks, prompts and rollouts in the cache at the same time
 * @param tree the prefixes that prompts share
 */
record CachePlan(int sequences, int pages, int rows, int nodes, PrefixTree tree) {

    /** Prompt tokens per prefill pass: enough to keep the matrix products busy. */
    static final int PREFILL_TOKENS = 1024;

    /**
     * Plans one call.
     *
     * @throws org.rpt4j.api.error.ContextOverflowException if a prompt leaves no room for a token
     * @throws IllegalArgumentException if a token id is not in the vocabulary
     */
    static CachePlan of(
            ModelHandle model, int maxSequences, List<Prompt> prompts, PrefixTree tree, SamplingOptions sampling) {
        int context = model.shape.config.contextLength();
        model.limits().requireContinuable(prompts);
        long wanted = Math.min(maxSequences, (long) prompts.size() * sampling.groupSize());
        long available = NativeEngine.availableBytes(model.model());
        int most = (int) wanted;
        int least = 1;
        // Finds the most rollouts that fit. If not even one does, the engine refuses it.
        while (least < most) {
            int middle = least + (most - least + 1) / 2;
            if (of(model, middle, prompts, tree, sampling, context).bytes(model) <= available) {
                least = middle;
            } else {
                most = middle - 1;
            }
        }
        return of(model, least, prompts, tree, sampling, context);
    }

    private static CachePlan of(
            ModelHandle model,
            int sequences,
            List<Prompt> prompts,
            PrefixTree tree,
            SamplingOptions sampling,
            int context) {
        int page = model.tokensPerPage();
        int openPrompts = Math.min(sequences, prompts.size());
        long trunkPages = tree.trunks().stream()
                .mapToLong(trunk -> (trunk.to() - trunk.from()) / page)
                .sum();
        long promptPages = IntStream.range(0, prompts.size())
                .mapToObj(i -> pages(prompts.get(i).tokens().length - tree.sharedTokens(i), page))
                .sorted(Comparator.reverseOrder())
                .limit(openPrompts)
                .mapToLong(Integer::longValue)
                .sum();
        int shortest = prompts.stream()
                .mapToInt(prompt -> prompt.tokens().length)
                .min()
                .orElse(0);
        int longestRollout = Math.min(sampling.maxTokens(), context - shortest);
        long pages = trunkPages + promptPages + (long) sequences * pages(longestRollout, page);
        int promptTokens = (int) Math.min(
                PREFILL_TOKENS,
                prompts.stream().mapToLong(prompt -> prompt.tokens().length).sum());
        return new CachePlan(
                sequences,
                Math.toIntExact(pages),
                Math.max(sequences, promptTokens),
                sequences + openPrompts + tree.trunks().size(),
                tree);
    }

    private static int pages(int tokens, int page) {
        return (tokens + page - 1) / page;
    }

    private long bytes(ModelHandle model) {
        return NativeEngine.generatorBytes(model.model(), pages, rows, nodes);
    }

    /** Number of tokens at the start of the {@code index}-th prompt that trunks hold. */
    int sharedTokens(int index) {
        return tree.sharedTokens(index);
    }
}
