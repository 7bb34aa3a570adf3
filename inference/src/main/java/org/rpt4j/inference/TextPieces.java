package org.rpt4j.inference;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Turns the bytes of tokens into pieces of text: only whole characters, and only what cannot be the start of a stop
 * string. Not thread-safe.
 */
final class TextPieces {

    private final List<byte[]> stops;
    private byte[] held = {};
    private boolean stopped;

    TextPieces(List<String> stopStrings) {
        this.stops = stopStrings.stream()
                .map(stop -> stop.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    /** Whether a stop string was found: no text follows. */
    boolean isStopped() {
        return stopped;
    }

    /** Adds the bytes of a token, and returns the text that is certain now. */
    String add(byte[] bytes) {
        if (stopped) {
            return "";
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream(held.length + bytes.length);
        all.writeBytes(held);
        all.writeBytes(bytes);
        held = all.toByteArray();
        int stop = firstStop();
        if (stop >= 0) {
            stopped = true;
            held = Arrays.copyOf(held, stop);
            return rest();
        }
        return release(wholeCharacters(held, held.length - possibleStop()));
    }

    /** Ends the text, and returns what was held back; a character that is incomplete becomes U+FFFD. */
    String rest() {
        return release(held.length);
    }

    private String release(int length) {
        String text = new String(held, 0, length, StandardCharsets.UTF_8);
        held = Arrays.copyOfRange(held, length, held.length);
        return text;
    }

    private int firstStop() {
        for (int at = 0; at < held.length; at++) {
            for (byte[] stop : stops) {
                if (startsWith(at, stop, stop.length)) {
                    return at;
                }
            }
        }
        return -1;
    }

    /** Length of the longest end that a stop string begins with. */
    private int possibleStop() {
        for (int at = 0; at < held.length; at++) {
            int length = held.length - at;
            for (byte[] stop : stops) {
                if (length < stop.length && startsWith(at, stop, length)) {
                    return length;
                }
            }
        }
        return 0;
    }

    private boolean startsWith(int at, byte[] stop, int length) {
        return at + length <= held.length && Arrays.equals(held, at, at + length, stop, 0, length);
    }

    /** The length of the first bytes without a character that they may not complete. */
    private static int wholeCharacters(byte[] bytes, int length) {
        for (int back = 1; back <= Math.min(3, length); back++) {
            int first = bytes[length - back] & 0xFF;
            if (first >= 0xC0) {
                int needed = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
                return needed > back ? length - back : length;
            }
            if (first < 0x80) {
                return length;
            }
        }
        return length;
    }
}
