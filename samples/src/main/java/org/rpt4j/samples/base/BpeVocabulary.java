package org.rpt4j.samples.base;

import java.util.HashSet;
import java.util.List;

/**
 * A byte-level BPE vocabulary. The id of a token is its index; the special tokens come first, then the 256 bytes, then
 * one token per merge.
 *
 * @param tokens all tokens, in the byte-level alphabet except for the special ones
 * @param specialTokens the first entries of {@code tokens}, which are never split
 * @param merges the merges in the order in which they apply
 */
public record BpeVocabulary(List<String> tokens, List<String> specialTokens, List<Merge> merges) {

    /** Rejects duplicate tokens and merges that do not match the tokens. */
    public BpeVocabulary {
        tokens = List.copyOf(tokens);
        specialTokens = List.copyOf(specialTokens);
        merges = List.copyOf(merges);
        if (new HashSet<>(tokens).size() != tokens.size()) {
            throw new IllegalArgumentException("The vocabulary contains a token twice");
        }
        int merged = tokens.size() - merges.size();
        if (merged < specialTokens.size()
                || !tokens.subList(0, specialTokens.size()).equals(specialTokens)) {
            throw new IllegalArgumentException("The special tokens must come first");
        }
        if (!tokens.subList(merged, tokens.size())
                .equals(merges.stream().map(Merge::joined).toList())) {
            throw new IllegalArgumentException("The merged tokens must come last, in the order of the merges");
        }
    }

    /**
     * Two neighbouring tokens that merge into one.
     *
     * @param left the first token
     * @param right the second token
     */
    public record Merge(String left, String right) {

        /** Rejects empty tokens. */
        public Merge {
            if (left.isEmpty() || right.isEmpty()) {
                throw new IllegalArgumentException("A merge needs two tokens");
            }
        }

        /**
         * Joins the two tokens.
         *
         * @return the merged token
         */
        public String joined() {
            return left + right;
        }
    }
}
