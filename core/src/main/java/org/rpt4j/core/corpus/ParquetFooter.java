package org.rpt4j.core.corpus;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Looks through the footer of a Parquet file before the library does, which reads structures within structures and
 * groups within groups by recursion: a few kilobytes could exhaust its stack.
 *
 * @see <a href="https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift">the format</a>
 */
final class ParquetFooter {

    private static final int MAX_BYTES = 64 << 20;
    private static final int MAX_DEPTH = 32;
    /** Groups of columns; this bounds how deep they can be within each other. */
    private static final int MAX_GROUPS = 500;
    /** The mark PAR1 at both ends, and the length of the footer before the last. */
    private static final int FRAME_BYTES = 4 + 4 + 4;

    /** The ids of {@code FileMetaData.schema} and {@code SchemaElement.num_children}. */
    private static final int SCHEMA = 2;

    private static final int CHILDREN = 5;

    private ParquetFooter() {}

    /**
     * Checks the footer.
     *
     * @throws IOException if it is too large, too deep or cut off
     */
    static void require(FilePath file) throws IOException {
        int[] groups = new int[1];
        new ThriftScan(read(file), MAX_DEPTH, (path, number) -> {
                    if (path.size() == 2 && path.get(0) == SCHEMA && path.get(1) == CHILDREN && number > 0) {
                        groups[0]++;
                    }
                })
                .struct();
        if (groups[0] > MAX_GROUPS) {
            throw new IOException(
                    "the schema has " + groups[0] + " groups of columns; at most " + MAX_GROUPS + " are read");
        }
    }

    private static ByteBuffer read(FilePath file) throws IOException {
        try (SeekableInput content = file.seekable()) {
            long size = content.size();
            if (size < FRAME_BYTES) {
                throw new IOException("the file has " + size + " bytes, which is no Parquet file");
            }
            long length = Integer.toUnsignedLong(read(content, size - 8, 4).getInt());
            if (length > Math.min(MAX_BYTES, size - FRAME_BYTES)) {
                throw new IOException("the footer should have " + length + " bytes; the file has " + size
                        + ", and at most " + MAX_BYTES + " are read");
            }
            return read(content, size - 8 - length, (int) length);
        }
    }

    private static ByteBuffer read(SeekableInput content, long from, int length) throws IOException {
        content.seek(from);
        byte[] bytes = content.readNBytes(length);
        if (bytes.length < length) {
            throw new IOException("the file became shorter");
        }
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
