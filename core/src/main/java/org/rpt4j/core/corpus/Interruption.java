package org.rpt4j.core.corpus;

import java.io.FilterInputStream;
import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import org.rpt4j.api.error.OperationCancelledException;

/**
 * Ends reading on an interrupted thread. Reading a file is not interruptible by itself, and a file may go on for hours
 * without a document: blank lines, one line without an end, empty members of an archive. So every block is a place to
 * stop, of the file as it lies on the disk and of what is decompressed from it.
 */
final class Interruption {

    private Interruption() {}

    /**
     * Checks the thread; its interrupt status stays.
     *
     * @param what what is being read, for the message
     * @throws OperationCancelledException if the thread is interrupted
     */
    static void check(Object what) {
        if (Thread.currentThread().isInterrupted()) {
            throw new OperationCancelledException("Reading " + what + " was interrupted.");
        }
    }

    /** A file whose every block is a place to stop. */
    static InputStream checked(FilePath file, InputStream content) {
        return new FilterInputStream(content) {
            @Override
            public int read() throws IOException {
                check(file);
                return super.read();
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                check(file);
                return super.read(bytes, offset, length);
            }

            @Override
            public long skip(long count) throws IOException {
                check(file);
                return super.skip(count);
            }
        };
    }

    /** A long line whose every block is a place to stop. */
    static FilterReader checked(String place, String line) {
        return new FilterReader(new StringReader(line)) {
            @Override
            public int read() throws IOException {
                check(place);
                return super.read();
            }

            @Override
            public int read(char[] characters, int offset, int length) throws IOException {
                check(place);
                return super.read(characters, offset, length);
            }
        };
    }
}
