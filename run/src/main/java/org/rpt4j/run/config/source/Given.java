package org.rpt4j.run.config.source;

import java.util.List;

/**
 * A value as given by a source.
 *
 * @param name name of the key, such as {@code corpus.files}
 * @param texts the value, or the elements of a list
 * @param isList whether the source gives a list
 * @param origin where it was given, such as {@code run.yaml:12}
 */
public record Given(String name, List<String> texts, boolean isList, String origin) {

    public Given {
        texts = List.copyOf(texts);
    }

    /** A single value. */
    public static Given value(String name, String text, String origin) {
        return new Given(name, List.of(text), false, origin);
    }

    /** A list. */
    public static Given list(String name, List<String> texts, String origin) {
        return new Given(name, texts, true, origin);
    }
}
