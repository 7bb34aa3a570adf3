package org.rpt4j.cli.serve;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** A secret that clients send as {@code Authorization: Bearer KEY}. Only its hash is kept. Immutable. */
public final class ApiKey {

    /** Shorter keys can be guessed. */
    public static final int MIN_LENGTH = 16;

    private static final String SCHEME = "Bearer ";

    private final byte[] hash;

    private ApiKey(byte[] hash) {
        this.hash = hash;
    }

    /**
     * A key from its text; white space around it is dropped.
     *
     * @throws IllegalArgumentException if it is too short, or has characters that a header cannot carry; the message
     *     does not show it
     */
    public static ApiKey of(String text) {
        String key = text.strip();
        if (key.length() < MIN_LENGTH) {
            throw new IllegalArgumentException(
                    "the key has " + key.length() + " characters; at least " + MIN_LENGTH + " are needed");
        }
        if (!key.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException(
                    "the key has characters other than visible ASCII, or more than one line; a header cannot carry it");
        }
        return new ApiKey(hash(key));
    }

    /** Whether the header {@code Authorization} has this key; takes the same time wherever they differ. */
    boolean isIn(String authorization) {
        boolean bearer = authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        String given = bearer ? authorization.substring(SCHEME.length()).strip() : "";
        return MessageDigest.isEqual(hash, hash(given));
    }

    private static byte[] hash(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "ApiKey[hidden]";
    }
}
