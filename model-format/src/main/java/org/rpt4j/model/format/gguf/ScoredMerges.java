package org.rpt4j.model.format.gguf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rpt4j.api.error.TokenizerException;

/**
 * The merges of a SentencePiece vocabulary. Its encoder joins the two neighbours whose joint piece has the highest score;
 * as byte-pair merges, every division of a piece into two pieces is a merge, in the order of the scores. Within
 * equal scores the order is that of the published {@code tokenizer.json} files: by the ids of the piece and of its halves.
 */
final class ScoredMerges {

    /** Comparisons of characters, some hundred times those of real vocabularies. */
    private static final long MAX_WORK = 2_000_000_000L;

    /** Two halves of a piece, as ids, and the score of the piece. */
    private record Merge(int left, int right, float score) {}

    private ScoredMerges() {}

    /**
     * Returns the pairs of halves, first to be merged first.
     *
     * @throws TokenizerException if there are no scores, or a score is not a finite number
     */
    static List<List<String>> of(GgufTokens tokens) {
        float[] scores = scores(tokens);
        Map<String, Integer> ids = new HashMap<>();
        for (int id = 0; id < tokens.size(); id++) {
            if (merges(tokens.type(id))) {
                ids.put(tokens.piece(id), id);
            }
        }
        requireShort(tokens);
        List<Merge> all = new ArrayList<>();
        for (int id = 0; id < tokens.size(); id++) {
            if (merges(tokens.type(id))) {
                divide(tokens.piece(id), scores[id], ids, all);
            }
        }
        all.sort(Comparator.comparingDouble(merge -> -merge.score())); // and else as they are
        return all.stream()
                .map(merge -> List.of(tokens.piece(merge.left()), tokens.piece(merge.right())))
                .toList();
    }

    /** Text never becomes a control token, and bytes do not merge. */
    private static boolean merges(GgufTokens.Type type) {
        return type == GgufTokens.Type.NORMAL || type == GgufTokens.Type.USER_DEFINED;
    }

    private static float[] scores(GgufTokens tokens) {
        String key = GgufTokens.SCORES;
        float[] scores = tokens.metadata().singles(key);
        if (scores.length != tokens.size()) {
            throw new TokenizerException(tokens.metadata().file() + ": " + key + " has " + scores.length
                    + " numbers, expected one for each of the " + tokens.size() + " tokens");
        }
        for (int id = 0; id < scores.length; id++) {
            if (!Float.isFinite(scores[id])) {
                throw new TokenizerException(tokens.metadata().file() + ": token " + id + " has the score " + scores[id]
                        + ", expected a finite number");
            }
        }
        return scores;
    }

    private static void requireShort(GgufTokens tokens) {
        long work = 0;
        for (int id = 0; id < tokens.size() && work <= MAX_WORK; id++) {
            work += (long) tokens.piece(id).length() * tokens.piece(id).length();
        }
        if (work > MAX_WORK) {
            throw new TokenizerException(tokens.metadata().file()
                    + " has pieces of so many characters that their merges cannot be found in a reasonable time");
        }
    }

    private static void divide(String piece, float score, Map<String, Integer> ids, List<Merge> all) {
        List<Merge> local = new ArrayList<>();
        int length = piece.codePointCount(0, piece.length());
        int at = 0;
        for (int left = 1; left < length; left++) {
            at = piece.offsetByCodePoints(at, 1);
            Integer first = ids.get(piece.substring(0, at));
            Integer second = first == null ? null : ids.get(piece.substring(at));
            if (first != null && second != null) {
                local.add(new Merge(first, second, score));
            }
        }
        local.sort(Comparator.comparingInt(Merge::left).thenComparingInt(Merge::right));
        all.addAll(local);
    }
}
