package org.rpt4j.core.corpus;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Walks over the frames of a {@code .zst} file without decompressing them (RFC 8878, section 3). */
final class ZstandardFrames {

    private static final int MAGIC = 0xFD2FB528;
    private static final int SKIPPABLE_MAGIC = 0x184D2A50;
    private static final int SKIPPABLE_MASK = 0xFFFFFFF0;
    private static final int SINGLE_SEGMENT = 1 << 5;
    private static final int CHECKSUM = 1 << 2;
    private static final int CHECKSUM_BYTES = 4;
    private static final int SMALLEST_WINDOW_LOG = 10;
    private static final int BLOCK_OF_ONE_BYTE = 1;

    private ZstandardFrames() {}

    /** The largest window in bytes of the frames up to the first that is cut or not a frame. */
    static long largestWindow(FilePath file) throws IOException {
        long largest = 0;
        try (DataInputStream input =
                new DataInputStream(new BufferedInputStream(Interruption.checked(file, file.stream())))) {
            for (long window = frame(input); window >= 0; window = frame(input)) {
                largest = Math.max(largest, window);
            }
        }
        return largest;
    }

    /** The window of the next frame; negative at the end. */
    private static long frame(DataInputStream input) throws IOException {
        long window = 0;
        try {
            int magic = (int) number(input, Integer.BYTES);
            if ((magic & SKIPPABLE_MASK) == SKIPPABLE_MAGIC) {
                input.skipNBytes(number(input, Integer.BYTES));
                return 0;
            }
            if (magic != MAGIC) {
                return -1;
            }
            int descriptor = input.readUnsignedByte();
            window = window(input, descriptor);
            skipBlocks(input);
            input.skipNBytes((descriptor & CHECKSUM) == 0 ? 0 : CHECKSUM_BYTES);
            return window;
        } catch (EOFException e) {
            return window > 0 ? window : -1;
        }
    }

    private static long window(DataInputStream input, int descriptor) throws IOException {
        boolean single = (descriptor & SINGLE_SEGMENT) != 0;
        int exponentAndMantissa = single ? 0 : input.readUnsignedByte();
        int dictionaryFlag = descriptor & 3;
        input.skipNBytes(dictionaryFlag == 3 ? 4 : dictionaryFlag);
        int sizeFlag = descriptor >> 6;
        int sizeBytes = sizeFlag == 0 ? (single ? 1 : 0) : 1 << sizeFlag;
        long size = number(input, sizeBytes) + (sizeBytes == 2 ? 256 : 0);
        long base = 1L << SMALLEST_WINDOW_LOG + (exponentAndMantissa >> 3);
        return single ? size : base + base / 8 * (exponentAndMantissa & 7);
    }

    private static void skipBlocks(DataInputStream input) throws IOException {
        boolean last = false;
        while (!last) {
            int header = (int) number(input, 3);
            last = (header & 1) != 0;
            int kind = header >> 1 & 3;
            input.skipNBytes(kind == BLOCK_OF_ONE_BYTE ? 1 : header >> 3);
        }
    }

    private static long number(InputStream input, int bytes) throws IOException {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            int next = input.read();
            if (next < 0) {
                throw new EOFException();
            }
            value |= (long) next << Byte.SIZE * i;
        }
        return value;
    }
}
