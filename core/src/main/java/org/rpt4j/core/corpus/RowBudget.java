package org.rpt4j.core.corpus;

import java.io.FilterInputStream;
import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.util.function.Supplier;
import org.rpt4j.api.error.CorpusException;

/**
 * The bound on one row of a stream whose reader decides where a row ends. The reader looks ahead by a buffer, so a row
 * may exceed the bound by that much, but never more.
 */
final class RowBudget {

    private static final int LOOK_AHEAD = 1 << 14;

    private final long limit;
    private long used;

    RowBudget(int limit) {
        this.limit = limit;
    }

    /** A row begins. */
    void startRow() {
        used = 0;
    }

    /** A stream of which no row may be longer. */
    InputStream of(InputStream content, Supplier<String> place) {
        return new FilterInputStream(content) {
            @Override
            public int read() throws IOException {
                int next = super.read();
                spend(next < 0 ? 0 : 1, place);
                return next;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                int count = super.read(bytes, offset, Math.min(length, LOOK_AHEAD));
                spend(count, place);
                return count;
            }
        };
    }

    /** A text of which no row may be longer. */
    Reader of(Reader content, Supplier<String> place) {
        return new FilterReader(content) {
            @Override
            public int read() throws IOException {
                int next = super.read();
                spend(next < 0 ? 0 : 1, place);
                return next;
            }

            @Override
            public int read(char[] characters, int offset, int length) throws IOException {
                int count = super.read(characters, offset, Math.min(length, LOOK_AHEAD));
                spend(count, place);
                return count;
            }
        };
    }

    private void spend(int count, Supplier<String> place) {
        Interruption.check("rows");
        used += Math.max(0, count);
        if (used > limit + LOOK_AHEAD) {
            throw new CorpusException("Corpus " + place.get() + " is longer than " + limit
                    + " bytes. Split the row, or raise maxDocumentBytes.");
        }
    }
}
