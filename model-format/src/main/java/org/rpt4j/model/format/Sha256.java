package org.rpt4j.model.format;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * An incremental SHA-256 hash. Not thread-safe.
 *
 * @since 0.1.0
 */
public final class Sha256 {

    private static final int BUFFER_BYTES = 1 << 16;

    private final MessageDigest digest;

    public Sha256() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** Adds bytes. */
    public void add(byte[] bytes) {
        digest.update(bytes);
    }

    /** Adds a part of an array. */
    public void add(byte[] bytes, int offset, int length) {
        digest.update(bytes, offset, length);
    }

    /** A stream that adds everything that is read from it, such as to copy a file and hash it at once. */
    public InputStream adding(InputStream content) {
        return new DigestInputStream(content, digest);
    }

    /**
     * Adds the first bytes of a file.
     *
     * @throws IOException if it has fewer, is no plain file, or cannot be read
     */
    public void addFirst(Path file, long bytes) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream content = PlainFiles.open(file)) {
            for (long left = bytes; left > 0; ) {
                int count = content.read(buffer, 0, (int) Math.min(left, buffer.length));
                if (count < 0) {
                    throw new EOFException(file + " ends " + left + " bytes before " + bytes);
                }
                digest.update(buffer, 0, count);
                left -= count;
            }
        }
    }

    /** Adds text as UTF-8. */
    public void add(String text) {
        add(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Adds the content of a file.
     *
     * @param beforeBlock runs before every block; may throw to stop
     * @throws IOException if it is not a plain file, or cannot be read
     */
    public void add(Path file, Runnable beforeBlock) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream content = PlainFiles.open(file)) {
            for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
                beforeBlock.run();
                digest.update(buffer, 0, count);
            }
        }
    }

    /** Returns the hash of everything added so far, as 64 lower-case hexadecimal digits; more may be added after. */
    public String hexSoFar() {
        try {
            return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("the SHA-256 of the Java platform can be cloned", e);
        }
    }

    /** Returns the hash of everything added, as 64 lower-case hexadecimal digits, and resets the object. */
    public String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
