package org.rpt4j.backend.jni;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.SamplingOptions;

/**
 * How large the cache of a run has to be, in the worst case that every rollout takes all of its tokens: as many
 * rollouts at a time as were allowed and fit into the engine's memory. A run that begins has what it needs.
 *
 * @param sequences rollouts that are decoded at the same time
 * @param pages pages of keys and values
 * @param rows most tokens of one pass
 * @param nodes trunks, prompts and rollouts that are in the cache at the same time
 * @param tree what the prompts have in common
 */
record CachePlan(int sequences, int pages, int rows, int nodes, PrefixTree tree) {

    /** Tokens of prompts per pass: enough to keep the products busy. */
    static final int PREFILL_TOKENS = 1024;

    /**
     * The plan of a call.
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
        // The most rollouts at a time that fit; a single one that does not is for the engine to refuse.
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

    /** Tokens at the beginning of the {@code index}-th prompt that trunks hold. */
    int sharedTokens(int index) {
        return tree.sharedTokens(index);
    }
}
