package org.rpt4j.core.dataset;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.model.format.Sha256;

/**
 * Identifies a vocabulary by a hash of its tokens' raw bytes per block of 1024 ids, so that a difference can be
 * located.
 *
 * @param size number of ids
 * @param blocks 16 hexadecimal digits of SHA-256 for ids 0 to 1023, 1024 to 2047 and so on
 */
public record VocabularyFingerprint(int size, List<String> blocks) {

    private static final int BLOCK = 1024;
    private static final int DIGITS = 16;

    public VocabularyFingerprint {
        blocks = List.copyOf(blocks);
        if (size < 1 || blocks.size() != (size - 1) / BLOCK + 1) {
            throw new IllegalArgumentException("a vocabulary of " + size + " ids with " + blocks.size() + " hashes");
        }
    }

    /** The fingerprint of a tokenizer's vocabulary. */
    public static VocabularyFingerprint of(Tokenizer tokenizer) {
        int size = tokenizer.vocabularySize();
        List<String> blocks = new ArrayList<>();
        for (int start = 0; start < size; start += BLOCK) {
            Sha256 hash = new Sha256();
            for (int id = start; id < Math.min(size, start + BLOCK); id++) {
                byte[] bytes = tokenizer.tokenBytes(id);
                hash.add(ByteBuffer.allocate(Integer.BYTES)
                        .putInt(0, bytes.length)
                        .array());
                hash.add(bytes);
            }
            blocks.add(hash.hex().substring(0, DIGITS));
        }
        return new VocabularyFingerprint(size, blocks);
    }

    /** A one-line summary: the number of ids and one hash of all. */
    public String summary() {
        return size + " ids, sha256:" + sha256();
    }

    /** One hash of all ids. */
    public String sha256() {
        Sha256 hash = new Sha256();
        blocks.forEach(hash::add);
        return hash.hex();
    }

    /** Describes how another vocabulary differs from this one, for messages; empty if it does not. */
    public String difference(VocabularyFingerprint other) {
        for (int block = 0; block < Math.min(blocks.size(), other.blocks.size()); block++) {
            int end = Math.min((block + 1) * BLOCK, Math.min(size, other.size));
            boolean whole = end == (block + 1) * BLOCK || size == other.size;
            if (whole && !blocks.get(block).equals(other.blocks.get(block))) {
                return "the first difference is among the ids " + block * BLOCK + " to " + (end - 1)
                        + (size == other.size ? "" : "; it has " + size + " ids and the other " + other.size);
            }
        }
        return size == other.size ? "" : "it has " + size + " ids and the other " + other.size;
    }
}
