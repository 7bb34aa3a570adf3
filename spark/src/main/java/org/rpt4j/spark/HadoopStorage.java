package org.rpt4j.spark;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.rpt4j.core.corpus.CorpusStorage;

/** Files of a corpus in any file system of Hadoop, with the settings of Spark for it ({@code spark.hadoop.*}). */
public final class HadoopStorage implements CorpusStorage {

    /** For {@link java.util.ServiceLoader}. */
    public HadoopStorage() {}

    /** Whether a file system of Hadoop has the scheme. */
    @Override
    public boolean reads(String scheme) {
        try {
            FileSystem.getFileSystemClass(scheme, HadoopFiles.settings());
            return true;
        } catch (IOException | LinkageError e) {
            return false; // there is none of that scheme, or no Hadoop here
        }
    }

    @Override
    public boolean isFile(String path) throws IOException {
        Path file = new Path(path);
        try {
            return HadoopFiles.of(file).getFileStatus(file).isFile();
        } catch (FileNotFoundException e) {
            return false;
        }
    }

    @Override
    public List<String> list(String folder, int depth) throws IOException {
        List<String> found = new ArrayList<>();
        Path root = new Path(folder);
        list(HadoopFiles.of(root), root, "", depth, found);
        return found;
    }

    private static void list(FileSystem files, Path folder, String below, int depth, List<String> found)
            throws IOException {
        for (FileStatus entry : files.listStatus(folder)) {
            String name = below + entry.getPath().getName();
            if (entry.isFile()) {
                found.add(name);
            } else if (depth > 1) {
                list(files, entry.getPath(), name + "/", depth - 1, found);
            }
        }
    }

    @Override
    public SeekableByteChannel open(String path) throws IOException {
        Path file = new Path(path);
        FileSystem files = HadoopFiles.of(file);
        FileStatus status = files.getFileStatus(file);
        return new Channel(files.open(file), status.getLen());
    }

    /** A stream of Hadoop, read as a channel. Not thread-safe. */
    private static final class Channel implements SeekableByteChannel {

        private static final int BLOCK_BYTES = 1 << 16;

        private final FSDataInputStream stream;
        private final long size;
        private final byte[] block = new byte[BLOCK_BYTES];
        private boolean open = true;

        Channel(FSDataInputStream stream, long size) {
            this.stream = stream;
            this.size = size;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            requireOpen();
            int count = stream.read(block, 0, Math.min(block.length, target.remaining()));
            if (count > 0) {
                target.put(block, 0, count);
            }
            return count;
        }

        @Override
        public long position() throws IOException {
            requireOpen();
            return stream.getPos();
        }

        @Override
        public SeekableByteChannel position(long position) throws IOException {
            requireOpen();
            if (position > size) {
                throw new EOFException("position " + position + " is behind the end, " + size);
            }
            stream.seek(position);
            return this;
        }

        @Override
        public long size() {
            return size;
        }

        private void requireOpen() throws IOException {
            if (!open) {
                throw new ClosedChannelException();
            }
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void close() throws IOException {
            open = false;
            stream.close();
        }

        @Override
        public int write(ByteBuffer source) {
            throw new NonWritableChannelException();
        }

        @Override
        public SeekableByteChannel truncate(long length) {
            throw new NonWritableChannelException();
        }
    }
}
