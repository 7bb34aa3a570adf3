package org.rpt4j.core.tokenize;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import org.rpt4j.api.error.TokenizerException;

/** Byte-pair encoding of words, the last step of encoding. Gives the ids of the Hugging Face library. Thread-safe. */
final class BpeModel implements PieceSink {

    private static final int ABSENT = -1;
    private static final int DROPPED = -2;
    private static final int BMP = 0x10000;

    private final boolean bytes;
    private final boolean wholeFirst;
    private final boolean fusesUnknown;
    private final String unknownToken;
    private final int unknown;
    private final Map<String, Integer> vocabulary;
    private final int longest;
    private final BpeMerges merges;
    // By byte if words are read as bytes; the tokens of byte fallback otherwise.
    private final int[] byteIds = new int[256];
    private final boolean fallsBack;
    private final int[] ids;
    private final WordCache words = new WordCache();
    private final WordCache parts;

    /**
     * Builds the model of a file.
     *
     * @param bytes whether words come as text whose bytes are the symbols; otherwise their characters are
     */
    BpeModel(TokenizerJson json, boolean bytes) {
        JsonNode model = json.at("model");
        this.bytes = bytes;
        this.vocabulary = json.vocabulary();
        this.wholeFirst = model.path("ignore_merges").asBoolean();
        this.fusesUnknown = model.path("fuse_unk").asBoolean();
        this.unknownToken = model.path("unk_token").asText("");
        this.unknown = model.path("unk_token").isTextual() ? vocabulary.getOrDefault(unknownToken, ABSENT) : DROPPED;
        this.longest =
                vocabulary.keySet().stream().mapToInt(String::length).max().orElse(0);
        this.parts = wholeFirst ? new WordCache() : words;
        this.ids = new int[bytes ? 0 : BMP];
        boolean complete = true;
        for (int b = 0; b < 256; b++) {
            String piece = bytes ? ByteLevelAlphabet.letter(b) : String.format("<0x%02X>", b);
            byteIds[b] = vocabulary.getOrDefault(piece, ABSENT);
            complete &= byteIds[b] >= 0;
        }
        this.fallsBack = !bytes && model.path("byte_fallback").asBoolean();
        if (fallsBack && !complete) {
            throw new TokenizerException(json.file() + " has byte_fallback but not all of the 256 pieces <0x00> to "
                    + "<0xFF>, so some text would have no tokens. Use a tokenizer with all of them.");
        }
        BitSet atoms = new BitSet();
        Arrays.fill(ids, ABSENT);
        if (bytes || fallsBack) {
            Arrays.stream(byteIds).filter(id -> id >= 0).forEach(atoms::set);
        }
        if (!bytes) {
            vocabulary.forEach((piece, id) -> {
                if (!piece.isEmpty() && piece.codePointCount(0, piece.length()) == 1) {
                    atoms.set(id);
                    if (piece.length() == 1) {
                        ids[piece.charAt(0)] = id;
                    }
                }
            });
        }
        this.merges = new BpeMerges(json.leftHalves(), json.rightHalves(), vocabulary, atoms, json.file());
    }

    @Override
    public void accept(EncodingRun run, String text, int from, int to, boolean first) {
        if (to - from <= WordCache.MAX_WORD) {
            int hash = WordCache.hash(text, from, to);
            int[] known = words.get(hash, text, from, to);
            if (known == null) {
                int start = run.ids.size();
                encodeWhole(run, text, from, to);
                words.put(hash, text, from, to, run.ids, start);
            } else {
                addAll(run.ids, known);
            }
        } else {
            encodeWhole(run, text, from, to);
        }
    }

    private void encodeWhole(EncodingRun run, String text, int from, int to) {
        if (wholeFirst && to - from <= longest) {
            String word = text.substring(from, to);
            Integer id = vocabulary.get(bytes ? ByteLevelAlphabet.written(word) : word);
            if (id != null) {
                run.ids.add(id);
                return;
            }
        }
        int start = from;
        int before = ABSENT;
        for (int i = from; i < to; ) {
            int c = text.codePointAt(i);
            int symbol = firstSymbol(c);
            if (before >= 0 && symbol >= 0 && merges.divides(before, symbol)) {
                encodePart(run, text, start, i, from, to);
                start = i;
            }
            before = symbol >= 0 ? lastSymbol(c) : ABSENT;
            i += Character.charCount(c);
        }
        encodePart(run, text, start, to, from, to);
    }

    /** A part of a word whose neighbours cannot merge with it. */
    private void encodePart(EncodingRun run, String text, int from, int to, int wordFrom, int wordTo) {
        run.effort.spend(to - from, "its words");
        if (to - from > WordCache.MAX_WORD || from == wordFrom && to == wordTo) {
            merge(run, text, from, to);
            return;
        }
        int hash = WordCache.hash(text, from, to);
        int[] known = parts.get(hash, text, from, to);
        if (known == null) {
            int start = run.ids.size();
            merge(run, text, from, to);
            parts.put(hash, text, from, to, run.ids, start);
        } else {
            addAll(run.ids, known);
        }
    }

    private void merge(EncodingRun run, String text, int from, int to) {
        int pending = ABSENT;
        for (int i = from; i < to; ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            int symbol = bytes ? DROPPED : idOf(c);
            if (symbol >= 0) {
                pending = flush(run.merger, pending);
                run.merger.add(symbol);
            } else if (bytes || fallsBack) {
                pending = addBytes(run.merger, c, pending);
            } else {
                pending = unknown(run.merger, pending);
            }
        }
        flush(run.merger, pending);
        run.merger.merge(merges, run.ids);
    }

    private int addBytes(WordMerger merger, int c, int before) {
        int pending = before;
        for (int shift = 6 * (Utf8.length(c) - 1); shift >= 0; shift -= 6) {
            int symbol = byteIds[Utf8.unit(c, shift)];
            if (symbol >= 0) {
                pending = flush(merger, pending);
                merger.add(symbol);
            } else {
                pending = unknown(merger, pending);
            }
        }
        return pending;
    }

    private int unknown(WordMerger merger, int pending) {
        if (unknown == ABSENT) {
            throw new TokenizerException(
                    "tokenizer.json has the unk_token \"" + unknownToken + "\", which is not in its vocabulary");
        }
        if (unknown == DROPPED) {
            return ABSENT;
        }
        if (pending >= 0 && !fusesUnknown) {
            merger.add(pending);
        }
        return unknown;
    }

    private static int flush(WordMerger merger, int pending) {
        if (pending >= 0) {
            merger.add(pending);
        }
        return ABSENT;
    }

    private int firstSymbol(int c) {
        int id = bytes ? ABSENT : idOf(c);
        return id >= 0 || !bytes && !fallsBack ? id : byteIds[Utf8.unit(c, 6 * (Utf8.length(c) - 1))];
    }

    private int lastSymbol(int c) {
        int id = bytes ? ABSENT : idOf(c);
        return id >= 0 || !bytes && !fallsBack ? id : byteIds[Utf8.unit(c, 0)];
    }

    private int idOf(int c) {
        return c < BMP ? ids[c] : vocabulary.getOrDefault(Character.toString(c), ABSENT);
    }

    private static void addAll(IdBuffer ids, int[] entry) {
        for (int i = WordCache.firstId(entry); i < entry.length; i++) {
            ids.add(entry[i]);
        }
    }
}
