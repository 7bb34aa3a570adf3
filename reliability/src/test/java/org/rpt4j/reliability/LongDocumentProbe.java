package org.rpt4j.reliability;

import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.rpt4j.core.tokenize.Tokenizer;

/** Encodes a long document, in a JVM of its own with a small heap. */
final class LongDocumentProbe {

    /** Each is a token, as common words are. */
    static final List<String> WORDS = List.of("the", "that", "and", "ran", "hand");

    private static final int CHARACTERS = 60_000_000;

    private LongDocumentProbe() {}

    /**
     * Prints the number of bytes of all tokens.
     *
     * @param arguments the directory of a tokenizer, and what the document consists of: words, spaces or words without spaces between them
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
        StringBuilder text = new StringBuilder(CHARACTERS + 8);
        while (text.length() < CHARACTERS) {
            text.append(kind.equals("words") ? " " : "").append(WORDS.get(random.nextInt(WORDS.size())));
        }
        text.setLength(CHARACTERS);
        return text.toString();
    }
}
