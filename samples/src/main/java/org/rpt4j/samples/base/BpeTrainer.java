package org.rpt4j.samples.base;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.rpt4j.samples.base.BpeVocabulary.Merge;

/**
 * Learns a byte-level BPE vocabulary from text.
 *
 * <p>The most frequent pair of neighbouring tokens is merged first; ties go to the pair whose left, then right token
 * comes first in string order. The same texts therefore always give the same vocabulary. Curly braces never merge: the
 * brace that closes a {@code \boxed{...}} answer is always a token of its own.
 */
public final class BpeTrainer {

    private static final Set<String> BRACES = Set.of("{", "}");

    private final int vocabularySize;
    private final List<String> specialTokens;

    /**
     * Creates a trainer for vocabularies of one size.
     *
     * @param vocabularySize maximum number of tokens, including the special tokens and the 256 bytes
     * @param specialTokens tokens that are never part of a text
     */
    public BpeTrainer(int vocabularySize, List<String> specialTokens) {
        this.specialTokens = List.copyOf(specialTokens);
        this.vocabularySize = vocabularySize;
        int least = specialTokens.size() + ByteLevel.alphabet().size();
        if (vocabularySize < least) {
            throw new IllegalArgumentException(
                    "The vocabulary needs at least " + least + " tokens but is limited to " + vocabularySize);
        }
        if (specialTokens.stream().anyMatch(token -> token.length() < 2)) {
            throw new IllegalArgumentException("A special token needs at least two characters: " + specialTokens);
        }
    }

    /**
     * Learns a vocabulary. It is smaller than requested if nothing is left to merge.
     *
     * @param texts the training texts; special tokens in them split the text and are not learned
     * @return the special tokens, the bytes and the merged tokens
     */
    public BpeVocabulary train(Iterable<String> texts) {
        List<Word> words = words(texts);
        List<String> tokens = new ArrayList<>(specialTokens);
        tokens.addAll(ByteLevel.alphabet());
        List<Merge> merges = new ArrayList<>();
        Set<String> known = new HashSet<>(tokens);
        while (tokens.size() < vocabularySize) {
            Optional<Merge> next = best(words, known);
            if (next.isEmpty()) {
                break;
            }
            Merge merge = next.get();
            words.forEach(word -> word.apply(merge));
            merges.add(merge);
            tokens.add(merge.joined());
            known.add(merge.joined());
        }
        return new BpeVocabulary(tokens, specialTokens, merges);
    }

    private List<Word> words(Iterable<String> texts) {
        Pattern special = Pattern.compile(
                specialTokens.isEmpty()
                        ? "(?!)"
                        : specialTokens.stream().map(Pattern::quote).collect(Collectors.joining("|")));
        Map<String, Long> counts = new TreeMap<>();
        for (String text : texts) {
            for (String part : special.split(text)) {
                ByteLevel.chunks(part).forEach(chunk -> counts.merge(chunk, 1L, Long::sum));
            }
        }
        return counts.entrySet().stream()
                .map(entry -> new Word(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** Returns the most frequent pair that does not form an existing token. */
    private static Optional<Merge> best(List<Word> words, Set<String> known) {
        Map<Merge, Long> counts = new HashMap<>();
        words.forEach(word -> word.countPairs(counts));
        return counts.entrySet().stream()
                .filter(entry -> !known.contains(entry.getKey().joined()))
                .min(Map.Entry.<Merge, Long>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey(
                                Comparator.comparing(Merge::left).thenComparing(Merge::right))))
                .map(Map.Entry::getKey);
    }

    /** A chunk of text, split into the tokens known so far. */
    private static final class Word {

        private final long count;
        private final List<String> pieces;

        Word(String chunk, long count) {
            this.count = count;
            pieces = new ArrayList<>(chunk.chars()
                    .mapToObj(letter -> String.valueOf((char) letter))
                    .toList());
        }

        void countPairs(Map<Merge, Long> counts) {
            for (int i = 0; i + 1 < pieces.size(); i++) {
                if (!BRACES.contains(pieces.get(i)) && !BRACES.contains(pieces.get(i + 1))) {
                    counts.merge(new Merge(pieces.get(i), pieces.get(i + 1)), count, Long::sum);
                }
            }
        }

        void apply(Merge merge) {
            for (int i = 0; i + 1 < pieces.size(); i++) {
                if (pieces.get(i).equals(merge.left()) && pieces.get(i + 1).equals(merge.right())) {
                    pieces.set(i, merge.joined());
                    pieces.remove(i + 1);
                }
            }
        }
    }
}
