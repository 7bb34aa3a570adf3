package org.rpt4j.core.tokenize;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.rpt4j.api.error.TokenizerException;

/** The merges of a BPE model by the ids of their halves. Immutable once built. */
final class BpeMerges {

    /** The rank of a pair that does not merge. */
    static final int NONE = Integer.MAX_VALUE;

    private final LongIntMap ranks;
    private final int[] merged;
    // Pairs of symbols that meet inside some token.
    private final LongIntMap meeting;
    private final boolean divisible;

    /**
     * Resolves the merges.
     *
     * @param lefts first halves, in the order of their ranks
     * @param atoms ids of the symbols that words begin as, before any merge
     * @throws TokenizerException if a half or a result is no piece of the vocabulary
     */
    BpeMerges(List<String> lefts, List<String> rights, Map<String, Integer> vocabulary, BitSet atoms, Object file) {
        int count = lefts.size();
        ranks = new LongIntMap(count);
        merged = new int[count];
        int[] left = new int[count];
        int[] right = new int[count];
        for (int rank = 0; rank < count; rank++) {
            left[rank] = id(lefts.get(rank), rank, vocabulary, file);
            right[rank] = id(rights.get(rank), rank, vocabulary, file);
            merged[rank] = id(lefts.get(rank) + rights.get(rank), rank, vocabulary, file);
            ranks.put(LongIntMap.key(left[rank], right[rank]), rank);
        }
        meeting = new LongIntMap(Math.min(count, 1 << 12));
        divisible = findMeetings(left, right, atoms);
    }

    private static int id(String piece, int rank, Map<String, Integer> vocabulary, Object file) {
        Integer id = vocabulary.get(piece);
        if (piece.isEmpty() || id == null) {
            throw new TokenizerException(file + ": merge " + rank + " has \"" + piece
                    + "\", which is no piece of the vocabulary. Copy the file again from where it came from.");
        }
        return id;
    }

    /**
     * Finds the first and last symbol of every token, and so which symbols meet inside one. Between two symbols that
     * never meet no merge can reach across, so a word may be divided there: the merges on either side are independent.
     *
     * @return whether that is known: every token has one first and one last symbol, and no symbol is itself merged
     */
    private boolean findMeetings(int[] left, int[] right, BitSet atoms) {
        int size = 1 + Math.max(atoms.length(), Arrays.stream(merged).max().orElse(0));
        size = Math.max(size, 1 + Math.max(max(left), max(right)));
        int[] first = new int[size];
        int[] last = new int[size];
        Arrays.fill(first, -1);
        atoms.stream().forEach(atom -> {
            first[atom] = atom;
            last[atom] = atom;
        });
        boolean changed = true;
        for (int pass = 0; changed; pass++) {
            changed = false;
            for (int rank = 0; rank < merged.length; rank++) {
                int result = merged[rank];
                if (first[left[rank]] < 0 || first[right[rank]] < 0) {
                    continue;
                }
                if (atoms.get(result)) {
                    return false;
                }
                if (first[result] < 0) {
                    first[result] = first[left[rank]];
                    last[result] = last[right[rank]];
                    changed = true;
                } else if (first[result] != first[left[rank]] || last[result] != last[right[rank]]) {
                    return false;
                }
            }
            if (pass > 64) {
                return false;
            }
        }
        for (int rank = 0; rank < merged.length; rank++) {
            if (first[left[rank]] >= 0 && first[right[rank]] >= 0) {
                meeting.put(LongIntMap.key(last[left[rank]], first[right[rank]]), 1);
            }
        }
        return true;
    }

    private static int max(int[] values) {
        return Arrays.stream(values).max().orElse(0);
    }

    /** The rank of a pair, the least first, or {@link #NONE}. */
    int rank(int left, int right) {
        int rank = ranks.get(LongIntMap.key(left, right));
        return rank < 0 ? NONE : rank;
    }

    /** The token that the merge of a rank makes. */
    int merged(int rank) {
        return merged[rank];
    }

    /** Whether a word may be divided between two symbols: no token has both side by side. */
    boolean divides(int left, int right) {
        return divisible && meeting.get(LongIntMap.key(left, right)) < 0;
    }
}
