package org.rpt4j.core.tokenize;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** Finds added tokens in text, of several at one place the longest. Thread-safe. */
final class AddedTokenMatcher {

    /** Takes a text in order: what lies between added tokens, and the tokens. */
    interface Sink {
        void text(int from, int to);

        void token(TokenizerJson.AddedToken token, int from, int to);
    }

    private static final CodePointSet WORD = UnicodeTables.WORD_IN_CLASS.union(CodePointSet.range(0x200C, 0x200D));

    private final List<TokenizerJson.AddedToken> tokens = new ArrayList<>();
    private final List<Integer> lengths = new ArrayList<>();
    private final boolean[] starts = new boolean[Character.MAX_VALUE + 1];
    // From a node (high) and a character (low) to the next node; the root is node 0.
    private final LongIntMap edges = new LongIntMap(64);
    private int[] tokenAt = {-1};
    private int nodes = 1;

    /**
     * Creates a matcher.
     *
     * @param spelling what a token's content becomes before it is looked for
     */
    AddedTokenMatcher(List<TokenizerJson.AddedToken> added, UnaryOperator<String> spelling) {
        for (TokenizerJson.AddedToken token : added) {
            insert(spelling.apply(token.content()), token);
        }
    }

    private void insert(String content, TokenizerJson.AddedToken token) {
        if (content.isEmpty()) {
            return;
        }
        int node = 0;
        for (int i = 0; i < content.length(); i++) {
            long key = LongIntMap.key(node, content.charAt(i));
            int next = edges.get(key);
            if (next < 0) {
                next = nodes++;
                edges.put(key, next);
                if (next == tokenAt.length) {
                    tokenAt = Arrays.copyOf(tokenAt, next * 2);
                }
                tokenAt[next] = -1;
            }
            node = next;
        }
        starts[content.charAt(0)] = true;
        if (tokenAt[node] < 0) {
            tokenAt[node] = tokens.size();
            tokens.add(token);
            lengths.add(content.length());
        }
    }

    /** Splits a text at the added tokens in it. */
    void split(Effort effort, String text, Sink sink) {
        int gap = 0;
        for (int i = 0; i < text.length(); ) {
            int found = starts[text.charAt(i)] ? longestAt(effort, text, i) : -1;
            if (found < 0) {
                i++;
                continue;
            }
            TokenizerJson.AddedToken token = tokens.get(found);
            int from = i;
            int to = i + lengths.get(found);
            i = to;
            if (token.singleWord() && touchesWord(text, from, to)) {
                continue;
            }
            while (token.lstrip() && from > gap && UnicodeTables.WHITE_SPACE.contains(text.charAt(from - 1))) {
                from--;
            }
            while (token.rstrip() && to < text.length() && UnicodeTables.WHITE_SPACE.contains(text.charAt(to))) {
                to++;
            }
            if (gap < from) {
                sink.text(gap, from);
            }
            sink.token(token, from, to);
            gap = to;
        }
        if (gap < text.length()) {
            sink.text(gap, text.length());
        }
    }

    private int longestAt(Effort effort, String text, int start) {
        int found = -1;
        int node = 0;
        int i = start;
        for (; i < text.length(); i++) {
            node = edges.get(LongIntMap.key(node, text.charAt(i)));
            if (node < 0) {
                break;
            }
            found = tokenAt[node] >= 0 ? tokenAt[node] : found;
        }
        effort.spend(i - start, "its added_tokens");
        return found;
    }

    private static boolean touchesWord(String text, int from, int to) {
        return from > 0 && WORD.contains(text.codePointBefore(from))
                || to < text.length() && WORD.contains(text.codePointAt(to));
    }
}
