package org.rpt4j.reliability;

import java.nio.file.Path;
import java.util.SplittableRandom;
import org.rpt4j.core.tokenize.Tokenizer;

/** Encodes a long document, in a JVM of its own with a small heap. */
final class LongDocumentProbe {

    private static final int CHARACTERS = 60_000_000;

    private LongDocumentProbe() {}

    /**
     * Prints the number of bytes of all tokens.
     *
     * @param arguments the directory of a tokenizer, and what the document consists of: words, spaces or letters
     */
    public static void main(String[] arguments) {
        String text = document(arguments[1]);
        try (Tokenizer tokenizer = Tokenizer.open(Path.of(arguments[0]))) {
            long bytes = 0;
            for (int id : tokenizer.encode(text)) {
                bytes += tokenizer.tokenBytes(id).length;
            }
            System.out.println(bytes);
        }
    }

    private static String document(String kind) {
        if (kind.equals("spaces")) {
            return " ".repeat(10_000_001) + "a";
        }
        SplittableRandom random = new SplittableRandom(3);
        StringBuilder text = new StringBuilder(CHARACTERS);
        while (text.length() < CHARACTERS) {
            boolean space = kind.equals("words") && random.nextInt(6) == 0;
            text.append(space ? ' ' : (char) random.nextInt('a', 'z' + 1));
        }
        return text.toString();
    }
}
