package org.rpt4j.samples.base;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Encodes text with a vocabulary, merge by merge, in the simplest correct way. */
final class ReferenceEncoder {

    private final Map<String, Integer> ids = new HashMap<>();
    private final Map<String, Integer> ranks = new HashMap<>();
    private final Pattern special;

    ReferenceEncoder(BpeVocabulary vocabulary) {
        for (int id = 0; id < vocabulary.tokens().size(); id++) {
            ids.put(vocabulary.tokens().get(id), id);
        }
        vocabulary.merges().forEach(merge -> ranks.put(merge.left() + " " + merge.right(), ranks.size()));
        special = Pattern.compile(
                vocabulary.specialTokens().stream().map(Pattern::quote).collect(Collectors.joining("|")));
    }

    /** Returns the ids of a text's tokens. */
    List<Integer> encode(String text) {
        return tokens(text).stream().map(ids::get).toList();
    }

    /** Returns the tokens of a text, written in the byte-level alphabet. */
    List<String> tokens(String text) {
        List<String> tokens = new ArrayList<>();
        Matcher matcher = special.matcher(text);
        int end = 0;
        while (matcher.find()) {
            split(text.substring(end, matcher.start()), tokens);
            tokens.add(matcher.group());
            end = matcher.end();
        }
        split(text.substring(end), tokens);
        return tokens;
    }

    private void split(String text, List<String> tokens) {
        for (String chunk : ByteLevel.chunks(text)) {
            List<String> pieces = new ArrayList<>(Arrays.asList(chunk.split("")));
            int best = best(pieces);
            while (best >= 0) {
                pieces.set(best, pieces.get(best) + pieces.remove(best + 1));
                best = best(pieces);
            }
            tokens.addAll(pieces);
        }
    }

    private int best(List<String> pieces) {
        int best = -1;
        int bestRank = Integer.MAX_VALUE;
        for (int i = 0; i + 1 < pieces.size(); i++) {
            int rank = ranks.getOrDefault(pieces.get(i) + " " + pieces.get(i + 1), Integer.MAX_VALUE);
            if (rank < bestRank) {
                best = i;
                bestRank = rank;
            }
        }
        return best;
    }
}
