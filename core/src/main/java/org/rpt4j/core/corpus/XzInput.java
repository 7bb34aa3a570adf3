package org.rpt4j.core.corpus;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;
import org.tukaani.xz.LZMA2InputStream;
import org.tukaani.xz.MemoryLimitException;
import org.tukaani.xz.XZInputStream;

/** The text of an {@code .xz} file. The only class that refers to the library. */
final class XzInput extends DecoderInput {

    /** More than what a decoder with its filters needs beside its dictionary. */
    private static final int OVERHEAD_KIB = 1 << 10;

    private static final int SMALLEST_DICTIONARY_KIB = 4;

    private final FilePath file;
    private final int maxWindowLog;
    private final Padding padding;

    private XzInput(InputStream decoder, Padding padding, FilePath file, int maxWindowLog) {
        super(decoder);
        this.padding = padding;
        this.file = file;
        this.maxWindowLog = maxWindowLog;
    }

    static InputStream open(InputStream compressed, FilePath file, int maxWindowLog) throws IOException {
        Padding padding = new Padding(compressed);
        int limit = (1 << maxWindowLog - 10) + OVERHEAD_KIB;
        return new XzInput(new XZInputStream(padding, limit), padding, file, maxWindowLog);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = super.read(bytes, offset, length);
        if (count < 0) {
            padding.requireShort();
        }
        return count;
    }

    @Override
    @Nullable
    CorpusException explain(IOException problem) {
        if (problem instanceof MemoryLimitException limit) {
            int beside = LZMA2InputStream.getMemoryUsage(SMALLEST_DICTIONARY_KIB << 10) - SMALLEST_DICTIONARY_KIB;
            long dictionary = (limit.getMemoryNeeded() - beside) * 1024L;
            return Windows.tooLarge(file, "a dictionary of about", dictionary, maxWindowLog, limit);
        }
        return null;
    }

    /**
     * Counts the zero bytes at the end of a file. The format allows any multiple of four, which may also be a stream
     * that was never written.
     */
    private static final class Padding extends FilterInputStream {

        private static final int SMALLEST_STREAM = 32;

        private long zeros;

        Padding(InputStream compressed) {
            super(compressed);
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            zeros = next == 0 ? zeros + 1 : next > 0 ? 0 : zeros;
            return next;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            for (int i = offset; i < offset + count; i++) {
                zeros = bytes[i] == 0 ? zeros + 1 : 0;
            }
            return count;
        }

        void requireShort() throws IOException {
            if (zeros >= SMALLEST_STREAM) {
                throw new IOException(zeros + " zero bytes follow the last stream; padding is shorter than "
                        + SMALLEST_STREAM + " bytes");
            }
        }
    }
}
