package org.rpt4j.core.tokenize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WordMergerTest {

    private static final String LETTERS = "abcd";

    private final SplittableRandom random = new SplittableRandom(5);
    private final Map<String, Integer> vocabulary = new HashMap<>();
    private final List<String> lefts = new ArrayList<>();
    private final List<String> rights = new ArrayList<>();

    /** Merges in random order, so that later merges may come before those that they need. */
    private BpeMerges randomMerges() {
        vocabulary.clear();
        lefts.clear();
        rights.clear();
        LETTERS.chars().forEach(c -> vocabulary.put(Character.toString(c), vocabulary.size()));
        List<String> pieces = new ArrayList<>(vocabulary.keySet());
        for (int i = 0; i < 40; i++) {
            String left = pieces.get(random.nextInt(pieces.size()));
            String right = pieces.get(random.nextInt(pieces.size()));
            if (vocabulary.putIfAbsent(left + right, vocabulary.size()) == null) {
                pieces.add(left + right);
            }
            int at = random.nextInt(lefts.size() + 1);
            lefts.add(at, left);
            rights.add(at, right);
        }
        BitSet atoms = new BitSet();
        atoms.set(0, LETTERS.length());
        return new BpeMerges(lefts, rights, vocabulary, atoms, "a file");
    }

    @Test
    void longAndShortWordsMergeByTheDefinition() {
        for (int round = 0; round < 200; round++) {
            BpeMerges merges = randomMerges();
            String word = word(random.nextInt(1, 200));
            assertThat(merged(merges, word)).as(word).isEqualTo(byDefinition(word));
        }
    }

    @Test
    void aWordMayBeDividedWhereNoTokenReachesAcross() {
        int divided = 0;
        for (int round = 0; round < 200; round++) {
            BpeMerges merges = randomMerges();
            String word = word(60);
            List<Integer> parts = new ArrayList<>();
            int start = 0;
            for (int i = 1; i < word.length(); i++) {
                if (merges.divides(
                        vocabulary.get(word.substring(i - 1, i)), vocabulary.get(word.substring(i, i + 1)))) {
                    parts.addAll(merged(merges, word.substring(start, i)));
                    start = i;
                    divided++;
                }
            }
            parts.addAll(merged(merges, word.substring(start)));
            assertThat(parts).as(word).isEqualTo(byDefinition(word));
        }
        assertThat(divided).isPositive();
    }

    private String word(int length) {
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < length; i++) {
            word.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return word.toString();
    }

    private List<Integer> merged(BpeMerges merges, String word) {
        WordMerger merger = new WordMerger(new Effort(word.length()));
        word.chars().forEach(c -> merger.add(vocabulary.get(Character.toString(c))));
        IdBuffer ids = new IdBuffer();
        merger.merge(merges, ids);
        return IntStream.of(ids.toArray()).boxed().toList();
    }

    /** The leftmost pair of the least rank, again and again. */
    private List<Integer> byDefinition(String word) {
        List<String> pieces = new ArrayList<>(List.of(word.split("")));
        while (true) {
            int best = -1;
            int least = -1;
            for (int i = 0; i + 1 < pieces.size(); i++) {
                int rank = lastRank(pieces.get(i), pieces.get(i + 1));
                if (rank >= 0 && (least < 0 || rank < least)) {
                    least = rank;
                    best = i;
                }
            }
            if (best < 0) {
                return pieces.stream().map(vocabulary::get).toList();
            }
            pieces.set(best, pieces.get(best) + pieces.remove(best + 1));
        }
    }

    /** Of a merge that is listed twice the later one counts. */
    private int lastRank(String left, String right) {
        for (int rank = lefts.size() - 1; rank >= 0; rank--) {
            if (lefts.get(rank).equals(left) && rights.get(rank).equals(right)) {
                return rank;
            }
        }
        return -1;
    }
}
