package org.rpt4j.run.config.key;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/**
 * Suggests the name the user may have meant: the nearest by edit distance, if it is close enough.
 *
 * @since 0.1.0
 */
public final class Suggestion {

    private static final int CHARACTERS_PER_EDIT = 4;
    private static final int MAX_LENGTH = 200;

    private Suggestion() {}

    /** Returns the nearest name, at most one edit away per four characters of the text. */
    public static Optional<String> of(String text, Collection<String> names) {
        if (text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        LevenshteinDistance distance = new LevenshteinDistance(Math.max(1, text.length() / CHARACTERS_PER_EDIT));
        record Near(String name, int edits) {}
        return names.stream()
                .map(name -> new Near(name, distance.apply(lower(text), lower(name))))
                .filter(near -> near.edits() >= 0)
                .min(Comparator.comparingInt(Near::edits).thenComparing(Near::name))
                .map(Near::name);
    }

    /** Returns {@code . Did you mean x?}, or an empty string. */
    static String sentence(String text, Collection<String> names) {
        return of(text, names).map(name -> ". Did you mean " + name + "?").orElse("");
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
