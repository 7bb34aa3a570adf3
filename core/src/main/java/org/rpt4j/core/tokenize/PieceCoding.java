package org.rpt4j.core.tokenize;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.TokenizerException;

/** How a vocabulary encodes raw bytes in its pieces; determined from the decoder in {@code tokenizer.json}. */
enum PieceCoding {

    /** One character of {@link ByteLevelAlphabet} per byte. */
    BYTE_LEVEL {
        @Override
        byte @Nullable [] bytes(String piece) {
            return ByteLevelAlphabet.bytes(piece);
        }
    },

    /** UTF-8 with U+2581 for the space, and pieces such as {@code <0x0A>} for single bytes. */
    SENTENCE_PIECE {
        @Override
        byte[] bytes(String piece) {
            Matcher single = SINGLE_BYTE.matcher(piece);
            return single.matches()
                    ? new byte[] {(byte) Integer.parseInt(single.group(1), 16)}
                    : piece.replace(SPACE, ' ').getBytes(StandardCharsets.UTF_8);
        }
    };

    /** SentencePiece's character for the space. */
    static final char SPACE = '\u2581';

    private static final Pattern SINGLE_BYTE = Pattern.compile("<0x([0-9A-Fa-f]{2})>");
    private static final int MAX_DEPTH = 16;
    private static final Set<String> SENTENCE_PIECE_STEPS =
            Set.of("Replace", "ByteFallback", "Fuse", "Strip", "Metaspace");

    /** The bytes of a piece, or null if the piece is not valid in this coding. */
    abstract byte @Nullable [] bytes(String piece);

    /** Determines the coding, and rejects by name every tokenizer that needs another one. */
    static PieceCoding of(TokenizerJson json) {
        JsonNode model = json.at("model");
        String type = model.path("type").asText("BPE");
        if (!type.equals("BPE")) {
            throw unsupported(json, "model type \"" + type + "\"");
        }
        for (String affix : new String[] {"continuing_subword_prefix", "end_of_word_suffix"}) {
            if (!model.path(affix).asText("").isEmpty()) {
                throw unsupported(json, "a BPE model with " + affix + " " + model.path(affix));
            }
        }
        double dropout = model.path("dropout").asDouble();
        if (dropout != 0) {
            throw new TokenizerException(json.file() + " has a BPE model with dropout " + dropout
                    + ", which makes the tokens of a text random. Set model.dropout to null.");
        }
        Set<String> steps = new LinkedHashSet<>();
        collectSteps(json, json.at("decoder"), steps, 0);
        if (steps.equals(Set.of("ByteLevel"))) {
            return BYTE_LEVEL;
        }
        if (steps.contains("ByteFallback") && SENTENCE_PIECE_STEPS.containsAll(steps)) {
            return SENTENCE_PIECE;
        }
        throw unsupported(json, "a decoder of " + (steps.isEmpty() ? "no steps" : steps));
    }

    private static void collectSteps(TokenizerJson json, JsonNode decoder, Set<String> steps, int depth) {
        String type = decoder.path("type").asText("");
        if (type.equals("Sequence")) {
            if (depth == MAX_DEPTH) {
                throw unsupported(json, "decoders nested more than " + MAX_DEPTH + " deep");
            }
            decoder.path("decoders").forEach(step -> collectSteps(json, step, steps, depth + 1));
        } else if (!type.isEmpty()) {
            steps.add(type);
        }
    }

    private static TokenizerException unsupported(TokenizerJson json, String found) {
        return new TokenizerException(json.file() + " has " + found + ", which is not supported. Supported: "
                + "byte-level BPE, and SentencePiece-style BPE with byte fallback.");
    }
}
