package org.rpt4j.backend.jni;

import java.util.Arrays;
import java.util.List;
import org.rpt4j.api.Prompt;

/** The trunks of a run in the cache: each is computed when the first prompt needs it and leaves with the last. */
final class RunningTrunks {

    private static final int ABSENT = -1;

    private final PrefixTree tree;
    private final List<Prompt> prompts;
    private final int[] nodes;
    private final int[] childrenLeft;

    RunningTrunks(PrefixTree tree, List<Prompt> prompts) {
        this.tree = tree;
        this.prompts = prompts;
        this.nodes = new int[tree.trunks().size()];
        Arrays.fill(nodes, ABSENT);
        this.childrenLeft =
                tree.trunks().stream().mapToInt(PrefixTree.Trunk::children).toArray();
    }

    /** Node below which a prompt goes; adds those that are not there yet to the cache and to {@code unread}. */
    int nodeFor(int prompt, Cache cache, List<Cache.Unread> unread) {
        return node(tree.trunkOf(prompt), cache, unread);
    }

    private int node(int trunk, Cache cache, List<Cache.Unread> unread) {
        if (trunk == PrefixTree.NONE) {
            return Cache.ROOT;
        }
        if (nodes[trunk] == ABSENT) {
            PrefixTree.Trunk shape = tree.trunks().get(trunk);
            nodes[trunk] = cache.add(node(shape.parent(), cache, unread));
            unread.add(new Cache.Unread(
                    nodes[trunk],
                    Arrays.copyOfRange(prompts.get(shape.example()).tokens(), shape.from(), shape.to())));
        }
        return nodes[trunk];
    }

    /** A prompt has left the cache. */
    void leave(int prompt, Cache cache) {
        int trunk = tree.trunkOf(prompt);
        while (trunk != PrefixTree.NONE && --childrenLeft[trunk] == 0) {
            cache.remove(nodes[trunk]);
            trunk = tree.trunks().get(trunk).parent();
        }
    }
}
