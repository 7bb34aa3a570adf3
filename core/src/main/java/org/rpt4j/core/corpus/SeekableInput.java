package org.rpt4j.core.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/** A stream that can go on from any position. Not thread-safe. */
abstract class SeekableInput extends InputStream {

    abstract long position() throws IOException;

    abstract void seek(long position) throws IOException;

    abstract long size() throws IOException;

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    /** Not a channel of the file: an interrupt would close it. */
    static SeekableInput of(RandomAccessFile file) {
        return new SeekableInput() {
            @Override
            long position() throws IOException {
                return file.getFilePointer();
            }

            @Override
            void seek(long position) throws IOException {
                file.seek(position);
            }

            @Override
            long size() throws IOException {
                return file.length();
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return file.read(bytes, offset, length);
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }

    static SeekableInput of(SeekableByteChannel channel) {
        return new SeekableInput() {
            @Override
            long position() throws IOException {
                return channel.position();
            }

            @Override
            void seek(long position) throws IOException {
                channel.position(position);
            }

            @Override
            long size() throws IOException {
                return channel.size();
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return channel.read(ByteBuffer.wrap(bytes, offset, length));
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }
}
