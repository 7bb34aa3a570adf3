package org.rpt4j.backend.jni;

import java.util.Arrays;
import java.util.List;
import org.rpt4j.api.Prompt;

/** A run's trunks in the cache. Each is prefilled when the first prompt needs it and removed with the last one. */
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

    /** The node that a prompt continues; adds missing trunks to the cache and to {@code unread}. */
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

    /** Removes the trunks that nothing needs after a prompt has left the cache. */
    void leave(int prompt, Cache cache) {
        int trunk = tree.trunkOf(prompt);
        while (trunk != PrefixTree.NONE && --childrenLeft[trunk] == 0) {
            cache.remove(nodes[trunk]);
            trunk = tree.trunks().get(trunk).parent();
        }
    }
}
