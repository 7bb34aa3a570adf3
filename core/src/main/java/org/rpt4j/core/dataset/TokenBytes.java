package org.rpt4j.core.dataset;

import java.util.Arrays;
import org.rpt4j.api.GroundTruth;
import org.rpt4j.api.TokenCodec;

/**
 * The bytes of the tokens that the truths of stored tasks consist of, so that most truths need not be stored. Collected
 * on one thread; then immutable and thread-safe.
 */
final class TokenBytes {

    /** More ids than any vocabulary has; truths of others are stored as they are. */
    private static final int MOST_IDS = 1 << 22;

    private static final byte[] UNKNOWN = {};

    private byte[][] byId = {};

    /**
     * Makes sure that all of these tokens are known.
     *
     * @return whether they are; not if one is outside the vocabulary or has no bytes
     */
    boolean learn(int[] ids, TokenCodec codec) {
        for (int id : ids) {
            if (id < 0 || id >= Math.min(MOST_IDS, codec.vocabularySize())) {
                return false;
            }
            if (id >= byId.length || byId[id].length == 0) {
                byte[] bytes = codec.tokenBytes(id);
                if (bytes.length == 0) {
                    return false;
                }
                put(id, bytes);
            }
        }
        return true;
    }

    private void put(int id, byte[] bytes) {
        if (id >= byId.length) {
            int known = byId.length;
            byId = Arrays.copyOf(byId, Math.max(id + 1, Math.min(2 * known, MOST_IDS)));
            Arrays.fill(byId, known, byId.length, UNKNOWN);
        }
        byId[id] = bytes;
    }

    /** All bytes of known tokens, with a boundary after each. */
    GroundTruth truth(int[] ids) {
        int[] boundaries = new int[ids.length];
        int length = 0;
        for (int i = 0; i < ids.length; i++) {
            length += of(ids[i]).length;
            boundaries[i] = length;
        }
        byte[] bytes = new byte[length];
        for (int i = 0; i < ids.length; i++) {
            byte[] token = of(ids[i]);
            System.arraycopy(token, 0, bytes, boundaries[i] - token.length, token.length);
        }
        return new GroundTruth(bytes, boundaries);
    }

    private byte[] of(int id) {
        byte[] bytes = byId[id];
        if (bytes.length == 0) {
            throw new IllegalArgumentException("token " + id + " has no bytes");
        }
        return bytes;
    }

    /** The truth without its first bytes, cut to a length. */
    static GroundTruth part(GroundTruth whole, int skipped, int length) {
        return new GroundTruth(
                Arrays.copyOfRange(whole.bytes(), skipped, skipped + length),
                Arrays.stream(whole.boundaries())
                        .filter(boundary -> boundary > skipped)
                        .map(boundary -> Math.min(boundary, skipped + length) - skipped)
                        .distinct()
                        .toArray());
    }

    void write(StoreOutput out) {
        long known = Arrays.stream(byId).filter(bytes -> bytes.length > 0).count();
        out.number(known);
        for (int id = 0; id < byId.length; id++) {
            byte[] bytes = byId[id];
            if (bytes.length > 0) {
                out.number(id);
                out.number(bytes.length);
                out.bytes(bytes);
            }
        }
    }

    static TokenBytes read(StoreCursor in) {
        TokenBytes read = new TokenBytes();
        int known = in.count(2);
        for (int i = 0; i < known; i++) {
            long id = in.number();
            if (id < 0 || id >= MOST_IDS) {
                throw new IllegalArgumentException("a token is said to have the id " + id);
            }
            read.put((int) id, in.bytes(in.count(1)));
        }
        return read;
    }
}
