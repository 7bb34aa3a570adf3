package org.rpt4j.backend.jni;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The prefixes that prompts share. Prompts cut from one document start with the same tokens, which are computed once. A
 * trunk is a whole number of pages, so a prompt's keys lie in the same places whether or not they are shared, and
 * sharing does not change a single bit of a result.
 */
final class PrefixTree {

    /** No trunk: a trunk or prompt that starts at the first token. */
    static final int NONE = -1;

    /**
     * Consecutive tokens that at least two prompts share.
     *
     * @param parent the trunk before it, or {@link #NONE}
     * @param from position of its first token
     * @param to position after its last token
     * @param example index of a prompt that contains it
     * @param children number of trunks and prompts directly below it
     */
    record Trunk(int parent, int from, int to, int example, int children) {}

    private final List<int[]> prompts;
    private final int page;
    private final List<Trunk> trunks = new ArrayList<>();
    private final int[] trunkOf;

    PrefixTree(List<int[]> prompts, int page) {
        this.prompts = prompts;
        this.page = page;
        this.trunkOf = new int[prompts.size()];
        Arrays.fill(trunkOf, NONE);
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            all.add(i);
        }
        branch(all, 0, NONE);
    }

    /** All trunks, each after its parent. */
    List<Trunk> trunks() {
        return trunks;
    }

    /** The last trunk of a prompt, or {@link #NONE}. */
    int trunkOf(int prompt) {
        return trunkOf[prompt];
    }

    /** Number of a prompt's tokens that its trunks hold; the prompt has at least one more. */
    int sharedTokens(int prompt) {
        return trunkOf[prompt] == NONE ? 0 : trunks.get(trunkOf[prompt]).to();
    }

    /** Finds the trunks that start at a position, among prompts that are equal up to there. */
    private void branch(List<Integer> members, int from, int parent) {
        Map<List<Integer>, List<Integer>> byPage = new LinkedHashMap<>();
        for (int member : members) {
            if (hasPage(member, from)) {
                byPage.computeIfAbsent(pageAt(member, from), key -> new ArrayList<>())
                        .add(member);
            }
        }
        for (List<Integer> alike : byPage.values()) {
            if (alike.size() > 1) {
                addTrunk(alike, from, parent);
            }
        }
    }

    private void addTrunk(List<Integer> members, int from, int parent) {
        int to = from + page;
        while (goOnTogether(members, to)) {
            to += page;
        }
        int index = trunks.size();
        trunks.add(new Trunk(parent, from, to, members.get(0), 0));
        members.forEach(member -> trunkOf[member] = index);
        branch(members, to, index);
        int children = 0;
        for (int member : members) {
            children += trunkOf[member] == index ? 1 : 0;
        }
        for (Trunk trunk : trunks) {
            children += trunk.parent() == index ? 1 : 0;
        }
        trunks.set(index, new Trunk(parent, from, to, members.get(0), children));
    }

    private boolean goOnTogether(List<Integer> members, int from) {
        int first = members.get(0);
        return members.stream()
                .allMatch(member -> hasPage(member, from)
                        && Arrays.equals(
                                prompts.get(first), from, from + page, prompts.get(member), from, from + page));
    }

    /** Whether a prompt has a whole page there and at least one more token after it. */
    private boolean hasPage(int prompt, int from) {
        return from + page < prompts.get(prompt).length;
    }

    private List<Integer> pageAt(int prompt, int from) {
        return Arrays.stream(prompts.get(prompt), from, from + page).boxed().toList();
    }
}
