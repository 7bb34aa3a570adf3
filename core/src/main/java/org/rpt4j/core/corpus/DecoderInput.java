package org.rpt4j.core.corpus;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.api.error.RptException;

/**
 * What a library decompresses. Damaged input makes some decoders fail with other exceptions than {@link IOException};
 * here those are the only ones. Not thread-safe.
 */
abstract class DecoderInput extends FilterInputStream {

    private static final int BLOCK_BYTES = 1 << 16;

    DecoderInput(InputStream decoder) {
        super(decoder);
    }

    /** A problem that has a better explanation than damage; null if this one has not. */
    @Nullable
    CorpusException explain(IOException problem) throws IOException {
        return null;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    /** By reading: the decoder's own way may throw anything. */
    @Override
    public long skip(long count) throws IOException {
        byte[] passed = new byte[(int) Math.min(Math.max(0, count), BLOCK_BYTES)];
        return Math.max(0, read(passed, 0, passed.length));
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        try {
            return in.read(bytes, offset, length);
        } catch (IOException e) {
            CorpusException explained = explain(e);
            if (explained != null) {
                throw explained;
            }
            throw e;
        } catch (RptException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new IOException("it is damaged: " + e, e);
        }
    }
}
