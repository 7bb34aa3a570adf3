package org.rpt4j.core.tokenize;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.TokenizerException;

/** Ids, pieces and raw bytes of all tokens; immutable. */
final class Vocabulary {

    private static final byte[] NONE = {};
    // Far above any real vocabulary, and low enough to bound the table that a hostile file can request.
    private static final int MAX_ID = 1 << 24;

    private final byte[][] bytes;
    private final Map<String, Integer> pieces;
    private final Map<String, Integer> addedIds;
    private final Map<Integer, String> added;
    private final BitSet steering;
    private final PieceCoding coding;

    private Vocabulary(
            byte[][] bytes,
            Map<String, Integer> pieces,
            Map<String, Integer> addedIds,
            Map<Integer, String> added,
            BitSet steering,
            PieceCoding coding) {
        this.bytes = bytes;
        this.pieces = pieces;
        this.addedIds = addedIds;
        this.added = added;
        this.steering = steering;
        this.coding = coding;
    }

    static Vocabulary of(TokenizerJson json) {
        PieceCoding coding = PieceCoding.of(json);
        Map<String, Integer> pieces = json.vocabulary();
        int highest = -1;
        for (Map.Entry<String, Integer> piece : pieces.entrySet()) {
            highest = Math.max(highest, checked(piece.getValue(), piece.getKey(), json));
        }
        Map<Integer, String> added = new HashMap<>();
        Map<String, Integer> addedIds = new HashMap<>();
        BitSet steering = new BitSet();
        for (TokenizerJson.AddedToken token : json.addedTokens()) {
            int id = checked(token.id(), token.content(), json);
            Integer other = addedIds.put(token.content(), id);
            if (other != null && other != id) {
                throw new TokenizerException(json.file() + " gives the added token \"" + token.content()
                        + "\" two ids, " + other + " and " + id);
            }
            highest = Math.max(highest, id);
            added.put(id, token.content());
            if (token.steers()) {
                steering.set(id);
            }
        }
        if (highest < 0) {
            throw new TokenizerException(json.file() + " has no vocabulary");
        }
        byte[][] bytes = new byte[highest + 1][];
        pieces.forEach((piece, id) -> {
            if (bytes[id] != null) {
                throw json.refusal("gives the id " + id + " to two pieces; one of them is \"" + piece + "\"");
            }
            bytes[id] = added.containsKey(id) ? NONE : decoded(coding, piece, id, json);
        });
        for (TokenizerJson.AddedToken token : json.addedTokens()) {
            bytes[token.id()] = contentBytes(coding, token, pieces);
        }
        return new Vocabulary(bytes, pieces, addedIds, Map.copyOf(added), steering, coding);
    }

    /**
     * The bytes of the text that an added token stands for. One that is also a piece and no marker, such as Gemma's
     * runs of U+2581, is what merges of ordinary text lead to, so it has the bytes of the piece.
     */
    private static byte[] contentBytes(
            PieceCoding coding, TokenizerJson.AddedToken token, Map<String, Integer> vocabulary) {
        byte @Nullable [] piece = null;
        if (!token.isMarker() && (coding == PieceCoding.SENTENCE_PIECE || vocabulary.containsKey(token.content()))) {
            piece = coding.bytes(token.content());
        }
        return piece == null ? token.content().getBytes(StandardCharsets.UTF_8) : piece;
    }

    /** Whether the pieces write a space as U+2581. */
    boolean spaces() {
        return coding == PieceCoding.SENTENCE_PIECE;
    }

    /** The added tokens that occur in ordinary text: no markers, and their bytes are their content. */
    List<TokenizerJson.AddedToken> textTokens(TokenizerJson json) {
        return json.addedTokens().stream()
                .filter(token -> !token.isMarker())
                .filter(token -> spaces()
                        || Arrays.equals(bytes[token.id()], token.content().getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    /** A token for display. */
    String text(int id) {
        return new String(bytes(id), StandardCharsets.UTF_8);
    }

    int size() {
        return bytes.length;
    }

    OptionalInt idOf(String token) {
        Integer id = addedIds.getOrDefault(token, pieces.get(token));
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    OptionalInt addedIdOf(String token) {
        OptionalInt id = idOf(token);
        return id.isPresent() && added.containsKey(id.getAsInt()) ? id : OptionalInt.empty();
    }

    boolean steers(int id) {
        return steering.get(id);
    }

    /** The bytes of a token; empty for an unused id. Shared: do not modify. */
    byte[] bytes(int id) {
        if (id < 0) {
            throw new IllegalArgumentException("token id is " + id + ", must not be negative");
        }
        byte[] found = id < bytes.length ? bytes[id] : null;
        return found == null ? NONE : found;
    }

    private static int checked(int id, String piece, TokenizerJson json) {
        if (id < 0 || id > MAX_ID) {
            throw new TokenizerException(json.file() + " gives token \"" + piece + "\" the id " + id);
        }
        return id;
    }

    private static byte[] decoded(PieceCoding coding, String piece, int id, TokenizerJson json) {
        byte @Nullable [] found = coding.bytes(piece);
        if (found == null) {
            throw new TokenizerException(json.file() + ": token " + id + " \"" + piece
                    + "\" contains a character that represents no byte in byte-level coding");
        }
        return found;
    }
}
