package org.rpt4j.backend.jni;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.error.BackendMemoryException;

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
record CachePlan(int sequences, long pages, int rows, long nodes, PrefixTree tree) {

    /** Prompt tokens per prefill pass: enough to keep the matrix products busy. */
    static final int PREFILL_TOKENS = 1024;

    /**
     * Plans one call.
     *
     * @param prompts checked
     * @throws BackendMemoryException if not even one rollout at a time can be addressed
     */
    static CachePlan of(
            ModelHandle model,
            UsedWeights weights,
            int maxSequences,
            List<Prompt> prompts,
            PrefixTree tree,
            SamplingOptions sampling) {
        int context = model.shape.config.contextLength();
        long wanted = Math.min(maxSequences, (long) prompts.size() * sampling.groupSize());
        long available = NativeEngine.availableBytes(model.model(), weights.name());
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
        CachePlan plan = of(model, least, prompts, tree, sampling, context);
        if (!plan.isAddressable()) {
            throw new BackendMemoryException("a run with a cache of " + plan.pages + " pages of "
                    + model.tokensPerPage() + " tokens is more than the native engine can address. Lower max-tokens, or"
                    + " generate for fewer prompts at a time.");
        }
        return plan;
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
                .mapToLong(Long::longValue)
                .sum();
        int shortest = prompts.stream()
                .mapToInt(prompt -> prompt.tokens().length)
                .min()
                .orElse(0);
        int longestRollout = Math.min(sampling.maxTokens(), context - shortest);
        long pages = trunkPages + promptPages + sequences * pages(longestRollout, page);
        int promptTokens = (int) Math.min(
                PREFILL_TOKENS,
                prompts.stream().mapToLong(prompt -> prompt.tokens().length).sum());
        return new CachePlan(
                sequences,
                pages,
                Math.max(sequences, promptTokens),
                (long) sequences + openPrompts + tree.trunks().size(),
                tree);
    }

    private static long pages(int tokens, int page) {
        return ((long) tokens + page - 1) / page;
    }

    /** Whether the engine can count pages and nodes, which are ints there. */
    private boolean isAddressable() {
        return pages <= Integer.MAX_VALUE && nodes <= Integer.MAX_VALUE;
    }

    /** Bytes of the cache; the largest number for more than can be addressed. */
    private long bytes(ModelHandle model) {
        return isAddressable()
                ? NativeEngine.generatorBytes(model.model(), (int) pages, rows, (int) nodes)
                : Long.MAX_VALUE;
    }

    /** Number of tokens at the start of the {@code index}-th prompt that trunks hold. */
    int sharedTokens(int index) {
        return tree.sharedTokens(index);
    }
}
