package org.rpt4j.bench.suite;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text with places to fill, such as {@code {question}}. What is filled in is never read as a place again.
 *
 * @param text the text
 */
record PromptText(String text) {

    private static final Pattern PLACE = Pattern.compile("\\{([a-z]+)}");

    /** Everything that a place can be called. */
    static final Set<String> PLACES = Set.of(
            "question", "choices", "category", "examples", "worked", "answer", "letter", "choice", "continuation");

    /** The places that the text has, in order, of those that are one. */
    List<String> places() {
        List<String> places = new ArrayList<>();
        Matcher matcher = PLACE.matcher(text);
        while (matcher.find()) {
            if (PLACES.contains(matcher.group(1))) {
                places.add(matcher.group(1));
            }
        }
        return places;
    }

    /** Fills the places; every place of the text must have a value. */
    String filled(Map<String, String> values) {
        StringBuilder filled = new StringBuilder();
        Matcher matcher = PLACE.matcher(text);
        while (matcher.find()) {
            String value = values.getOrDefault(matcher.group(1), matcher.group());
            matcher.appendReplacement(filled, Matcher.quoteReplacement(value));
        }
        return matcher.appendTail(filled).toString();
    }
}
