package org.rpt4j.core.tokenize;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.TokenizerException;

/** Ids, pieces and raw bytes of all tokens; immutable. */
final class Vocabulary {

    private static final byte[] NONE = {};
    // Far above any real vocabulary, and low enough to bound the table that a hostile file can request.
    private static final int MAX_ID = 1 << 24;

    private final byte[][] bytes;
    private final Map<String, Integer> ids;
    private final Map<Integer, String> added;
    private final Set<Integer> steering;

    private Vocabulary(byte[][] bytes, Map<String, Integer> ids, Map<Integer, String> added, Set<Integer> steering) {
        this.bytes = bytes;
        this.ids = ids;
        this.added = added;
        this.steering = steering;
    }

    static Vocabulary of(TokenizerJson json) {
        PieceCoding coding = PieceCoding.of(json);
        Map<String, Integer> ids = new HashMap<>();
        json.vocabulary().forEach((piece, id) -> ids.put(piece, checked(id, piece, json)));
        Map<Integer, String> added = new HashMap<>();
        Map<String, Integer> addedIds = new HashMap<>();
        Set<Integer> steering = new HashSet<>();
        for (TokenizerJson.AddedToken token : json.addedTokens()) {
            int id = checked(token.id(), token.content(), json);
            Integer other = addedIds.put(token.content(), id);
            if (other != null && other != id) {
                throw new TokenizerException(json.file() + " gives the added token \"" + token.content()
                        + "\" two ids, " + other + " and " + id);
            }
            ids.put(token.content(), id);
            added.put(id, token.content());
            if (token.steers()) {
                steering.add(id);
            }
        }
        int size = 1
                + ids.values().stream()
                        .mapToInt(Integer::intValue)
                        .max()
                        .orElseThrow(() -> new TokenizerException(json.file() + " has no vocabulary"));
        byte[][] bytes = new byte[size][];
        ids.forEach((piece, id) -> {
            if (!added.containsKey(id)) {
                bytes[id] = decoded(coding, piece, id, json);
            }
        });
        added.forEach((id, content) -> bytes[id] = content.getBytes(StandardCharsets.UTF_8));
        return new Vocabulary(bytes, Map.copyOf(ids), Map.copyOf(added), Set.copyOf(steering));
    }

    int size() {
        return bytes.length;
    }

    OptionalInt idOf(String token) {
        Integer id = ids.get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    OptionalInt addedIdOf(String token) {
        OptionalInt id = idOf(token);
        return id.isPresent() && added.containsKey(id.getAsInt()) ? id : OptionalInt.empty();
    }

    /** Contents of the added tokens by id. */
    Map<Integer, String> addedTokens() {
        return added;
    }

    boolean steers(int id) {
        return steering.contains(id);
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
