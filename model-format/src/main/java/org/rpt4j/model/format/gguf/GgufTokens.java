package org.rpt4j.model.format.gguf;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.api.error.TokenizerException;

/** The vocabulary of a file: pieces, their types, and the special ids. Immutable. */
final class GgufTokens {

    /** What a piece is; the order is that of the format, which counts from 1. */
    enum Type {
        NORMAL,
        UNKNOWN,
        CONTROL,
        USER_DEFINED,
        UNUSED,
        BYTE
    }

    static final String MODEL = "tokenizer.ggml.model";
    static final String PRE = "tokenizer.ggml.pre";
    static final String MERGES = "tokenizer.ggml.merges";
    static final String SCORES = "tokenizer.ggml.scores";

    private static final String PREFIX = "tokenizer.ggml.";
    private static final String TOKENS = "tokenizer.ggml.tokens";
    private static final String TYPES = "tokenizer.ggml.token_type";
    private static final Set<String> NO_MODEL = Set.of("none", "no_vocab");

    /** Keys that are obeyed, or that say nothing about how a text is encoded. */
    private static final Set<String> KNOWN =
            Set.of(("model pre tokens token_type merges scores add_bos_token add_space_prefix remove_extra_whitespaces"
                            + " precompiled_charsmap token_type_count add_eos_token add_sep_token"
                            + " bos_token_id eos_token_id eot_token_id eom_token_id unknown_token_id"
                            + " seperator_token_id separator_token_id padding_token_id cls_token_id mask_token_id"
                            + " prefix_token_id suffix_token_id middle_token_id fim_pre_token_id fim_suf_token_id"
                            + " fim_mid_token_id fim_pad_token_id fim_rep_token_id fim_sep_token_id")
                    .split(" "));

    private static final List<String> SPECIAL = List.of("bos", "eos", "eot", "eom", "padding", "unknown");

    private final GgufMetadata metadata;
    private final List<String> pieces;
    private final List<Type> types;

    private GgufTokens(GgufMetadata metadata, List<String> pieces, List<Type> types) {
        this.metadata = metadata;
        this.pieces = pieces;
        this.types = types;
    }

    /** Returns whether a file has a tokenizer. */
    static boolean arePresent(GgufMetadata metadata) {
        return metadata.has(MODEL) && !NO_MODEL.contains(metadata.text(MODEL));
    }

    /** @throws TokenizerException if there is no vocabulary, or it is malformed */
    static GgufTokens of(GgufMetadata metadata) {
        if (!arePresent(metadata)) {
            throw new TokenizerException(metadata.file() + " has no tokenizer: " + MODEL + " is "
                    + metadata.shown(MODEL) + ". Use a file with one, or the model's original checkpoint.");
        }
        try {
            return read(metadata);
        } catch (ModelFormatException e) {
            throw new TokenizerException(e.getMessage(), e);
        }
    }

    private static GgufTokens read(GgufMetadata metadata) {
        for (String key : metadata.keys()) {
            if (key.startsWith(PREFIX) && !KNOWN.contains(key.substring(PREFIX.length()))) {
                throw metadata.unexpected(
                        key, "no such key: rpt4j does not know whether it changes how texts are encoded");
            }
        }
        List<String> pieces = metadata.texts(TOKENS);
        GgufTokens tokens = new GgufTokens(metadata, pieces, types(metadata, pieces.size()));
        tokens.requireDistinct();
        return tokens;
    }

    /** Without types, the special ids are control tokens. */
    private static List<Type> types(GgufMetadata metadata, int size) {
        Type[] types = new Type[size];
        Arrays.fill(types, Type.NORMAL);
        if (!metadata.has(TYPES)) {
            SPECIAL.forEach(name -> special(metadata, size, name).ifPresent(id -> types[id] = Type.CONTROL));
            return Arrays.asList(types);
        }
        long[] numbers = metadata.numbers(TYPES);
        if (numbers.length != size) {
            throw metadata.unexpected(TYPES, "one number for each of the " + size + " tokens");
        }
        for (int id = 0; id < size; id++) {
            if (numbers[id] < 1 || numbers[id] > Type.values().length) {
                throw new TokenizerException(metadata.file() + ": token " + id + " has the type " + numbers[id]
                        + ", expected 1 to " + Type.values().length);
            }
            types[id] = Type.values()[(int) numbers[id] - 1];
        }
        return Arrays.asList(types);
    }

    private void requireDistinct() {
        Map<String, Integer> known = new HashMap<>();
        for (int id = 0; id < size(); id++) {
            if (type(id) == Type.UNUSED) {
                continue;
            }
            if (piece(id).isEmpty()) {
                throw new TokenizerException(metadata.file() + ": token " + id + " is empty");
            }
            Integer other = known.put(piece(id), id);
            if (other != null) {
                throw new TokenizerException(metadata.file() + ": the tokens " + other + " and " + id + " are both "
                        + GgufMetadata.quoted(piece(id)));
            }
        }
    }

    GgufMetadata metadata() {
        return metadata;
    }

    /** Number of ids, unused ones included. */
    int size() {
        return pieces.size();
    }

    String piece(int id) {
        return pieces.get(id);
    }

    Type type(int id) {
        return types.get(id);
    }

    /** A special id by its name, such as {@code bos}. */
    OptionalInt special(String name) {
        return special(metadata, size(), name);
    }

    private static OptionalInt special(GgufMetadata metadata, int size, String name) {
        String key = PREFIX + name + "_token_id";
        if (!metadata.has(key)) {
            return OptionalInt.empty();
        }
        int id = metadata.count(key);
        if (id >= size) {
            throw new TokenizerException(
                    metadata.file() + ": " + key + " is " + id + ", but the vocabulary has " + size + " ids");
        }
        return OptionalInt.of(id);
    }

    /** The ids that have a token. */
    static BitSet present(GgufMetadata metadata) {
        BitSet present = new BitSet();
        List<Type> types = types(metadata, metadata.textCount(TOKENS));
        for (int id = 0; id < types.size(); id++) {
            present.set(id, types.get(id) != Type.UNUSED);
        }
        return present;
    }
}
