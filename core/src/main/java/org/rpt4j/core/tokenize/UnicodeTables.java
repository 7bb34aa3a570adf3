package org.rpt4j.core.tokenize;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sets of Unicode characters as the Hugging Face library has them, whatever version of Unicode the Java runtime has:
 * token ids must not depend on the machine. Categories are of Unicode 16.
 */
final class UnicodeTables {

    private static final Map<String, CodePointSet> SETS = read();

    static final CodePointSet WHITE_SPACE = category("White_Space");
    /** Oniguruma's word characters. */
    static final CodePointSet WORD = category("Word");
    /** The same in brackets, where Latin-1 fractions and raised digits are none. */
    static final CodePointSet WORD_IN_CLASS = WORD.intersection(
            CodePointSet.range(0x80, 0xFF).intersection(category("No")).complement());
    /** Combining marks. */
    static final CodePointSet MARK = category("M");
    /** What the pre-tokenizer {@code Punctuation} looks for. */
    static final CodePointSet PUNCTUATION = category("Punctuation");
    /** Assigned after Unicode 9, whose rules the library's normalisation follows. */
    static final CodePointSet AFTER_UNICODE_9 = category("After_9");

    private UnicodeTables() {}

    static CodePointSet category(String name) {
        return Objects.requireNonNull(SETS.get(name.toLowerCase(Locale.ROOT)), name);
    }

    /** A general category by its short name, or a script, or null. */
    static @Nullable CodePointSet find(String name) {
        return name.length() <= 3 ? SETS.get(name.toLowerCase(Locale.ROOT)) : null;
    }

    private static Map<String, CodePointSet> read() {
        Map<String, CodePointSet> sets = new HashMap<>();
        try (InputStream file = UnicodeTables.class.getResourceAsStream("unicode.txt");
                BufferedReader lines = new BufferedReader(
                        new InputStreamReader(Objects.requireNonNull(file), StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] fields = line.split(" ");
                int[] edges = new int[(fields.length - 1) * 2];
                for (int i = 1; i < fields.length; i++) {
                    int dash = fields[i].indexOf('-');
                    edges[i * 2 - 2] = Integer.parseInt(fields[i].substring(0, dash), 16);
                    edges[i * 2 - 1] = Integer.parseInt(fields[i].substring(dash + 1), 16) + 1;
                }
                String name = fields[0].toLowerCase(Locale.ROOT);
                CodePointSet set = CodePointSet.ofEdges(edges);
                sets.put(name, set);
                if (name.length() == 2) {
                    sets.merge(name.substring(0, 1), set, CodePointSet::union);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.copyOf(sets);
    }
}
