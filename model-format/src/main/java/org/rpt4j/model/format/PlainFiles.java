package org.rpt4j.model.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;

/**
 * Files whose content or kind may be hostile. What is read: a path must lead to a plain file: a directory, a named pipe
 * (which would block for ever) or a device (which may never end) is refused before it is opened. Symbolic links are
 * followed, because model caches consist of them; for writing they are not. Whatever is read as a whole has a limit, so
 * that a sparse, growing or
 * endless file cannot fill the heap. Every message names the path. Stateless.
 *
 * @since 0.1.0
 */
public final class PlainFiles {

    /** The largest array that every JVM can have, and so the largest file that can be read as a whole. */
    public static final int MOST_BYTES = Integer.MAX_VALUE - 8;

    private static final byte[] LFS_POINTER =
            "version https://git-lfs.github.com/spec/".getBytes(StandardCharsets.US_ASCII);

    private static final int MOST_POINTER_BYTES = 1024;

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private PlainFiles() {}

    /**
     * Reads a whole file.
     *
     * @param maxBytes maximum size of the file; at most {@link #MOST_BYTES}
     * @throws NoSuchFileException if it does not exist
     * @throws IOException if it is not a plain file or only a Git LFS pointer, is larger, or cannot be read
     */
    public static byte[] read(Path file, int maxBytes) throws IOException {
        long size = requireContent(file).size();
        if (size > maxBytes) {
            throw new IOException(file + " has " + size + " bytes; at most " + maxBytes + " are read");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = new byte[(int) size];
            int count = in.readNBytes(bytes, 0, bytes.length);
            byte[] grown = in.readNBytes(maxBytes - count + 1);
            if (grown.length > maxBytes - count) {
                throw new IOException(file + " has more than the " + maxBytes + " bytes that are read at most");
            }
            byte[] all = count + grown.length == bytes.length ? bytes : Arrays.copyOf(bytes, count + grown.length);
            System.arraycopy(grown, 0, all, count, grown.length);
            return all;
        }
    }

    /**
     * Reads a whole JSON file, without the byte order mark that some editors put in front of it.
     *
     * @param maxBytes maximum size of the file; at most {@link #MOST_BYTES}
     * @throws NoSuchFileException if it does not exist
     * @throws IOException if it is not a plain file or only a Git LFS pointer, is larger, or cannot be read
     */
    public static byte[] readJson(Path file, int maxBytes) throws IOException {
        byte[] bytes = read(file, maxBytes);
        int mark = BYTE_ORDER_MARK.length;
        boolean marked = bytes.length >= mark && Arrays.equals(bytes, 0, mark, BYTE_ORDER_MARK, 0, mark);
        return marked ? Arrays.copyOfRange(bytes, mark, bytes.length) : bytes;
    }

    /**
     * Reads a whole text file.
     *
     * @param maxBytes maximum size of the file; at most {@link #MOST_BYTES}
     * @throws NoSuchFileException if it does not exist
     * @throws CharacterCodingException if it is not UTF-8
     * @throws IOException if it is not a plain file or only a Git LFS pointer, is larger, or cannot be read
     */
    public static String readText(Path file, int maxBytes) throws IOException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(read(file, maxBytes)))
                .toString();
    }

    /**
     * Opens a file to be read as a stream; the caller limits what it keeps.
     *
     * @throws NoSuchFileException if it does not exist
     * @throws IOException if it is not a plain file or only a Git LFS pointer, or cannot be opened
     */
    public static InputStream open(Path file) throws IOException {
        requireContent(file);
        return Files.newInputStream(file);
    }

    /**
     * Opens a file to be read at any position.
     *
     * @throws NoSuchFileException if it does not exist
     * @throws IOException if it is not a plain file or only a Git LFS pointer, or cannot be opened
     */
    public static FileChannel openChannel(Path file) throws IOException {
        requireContent(file);
        return FileChannel.open(file, StandardOpenOption.READ);
    }

    /**
     * Checks that a file may be replaced by another one: that it is missing, or a plain file and no link. Whoever hands
     * over a directory must not decide with a link in it which file elsewhere is written.
     *
     * @throws IOException if it is a symbolic link, a directory, a named pipe or a device
     */
    public static void requireReplaceable(Path file) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (Files.isSymbolicLink(file)) {
            throw new IOException(file + " is a symbolic link to " + Files.readSymbolicLink(file)
                    + ", which is not followed for writing. Remove it, or name the file itself");
        }
        require(file);
    }

    /**
     * Checks that a file may be written in place: as {@link #requireReplaceable}, and that it has no second name (hard
     * link), under which the same bytes would change, a backup for instance.
     *
     * @throws IOException if it may not
     */
    public static void requireWritable(Path file) throws IOException {
        requireReplaceable(file);
        if (Files.exists(file)
                && file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            int names = (int) Files.getAttribute(file, "unix:nlink");
            if (names > 1) {
                throw new IOException(file + " has " + names + " names (hard links), and writing would change the file"
                        + " under each of them. Replace it with a copy");
            }
        }
    }

    /** A clone without Git LFS holds small texts in place of large files; they fail as damaged files otherwise. */
    private static BasicFileAttributes requireContent(Path file) throws IOException {
        BasicFileAttributes attributes = require(file);
        if (attributes.size() >= LFS_POINTER.length && attributes.size() <= MOST_POINTER_BYTES) {
            try (InputStream in = Files.newInputStream(file)) {
                if (Arrays.equals(in.readNBytes(LFS_POINTER.length), LFS_POINTER)) {
                    throw new IOException(file + " is a Git LFS pointer, not the file itself. Run 'git lfs pull' in its"
                            + " repository, or download the file");
                }
            }
        }
        return attributes;
    }

    private static BasicFileAttributes require(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        if (attributes.isDirectory()) {
            throw new IOException(file + " is a directory, not a file");
        }
        if (!attributes.isRegularFile()) {
            throw new IOException(file + " is a named pipe, a socket or a device, not a plain file");
        }
        return attributes;
    }
}
