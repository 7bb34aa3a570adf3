package org.rpt4j.bench.ask;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.rpt4j.api.StopCondition;
import org.rpt4j.core.tokenize.Tokenizer;

/** Ends a response at a text, such as the heading of a next question that a base model would go on with. Thread-safe. */
final class StopTexts implements StopCondition {

    private final Tokenizer tokenizer;
    private final List<String> stops;
    private final int longest;

    /**
     * Creates the condition.
     *
     * @param stops at least one text, none empty
     */
    StopTexts(Tokenizer tokenizer, List<String> stops) {
        this.tokenizer = tokenizer;
        this.stops = List.copyOf(stops);
        this.longest = stops.stream()
                .mapToInt(stop -> stop.getBytes(StandardCharsets.UTF_8).length)
                .max()
                .orElseThrow();
    }

    /** The text before the first of the stops. */
    static String before(String text, List<String> stops) {
        int end = text.length();
        for (String stop : stops) {
            int at = text.indexOf(stop);
            end = at >= 0 ? Math.min(end, at) : end;
        }
        return text.substring(0, end);
    }

    @Override
    public Scanner newScanner() {
        StringBuilder tail = new StringBuilder();
        return token -> {
            // One character per byte: a stop is found in whatever pieces it comes.
            tail.append(new String(tokenizer.tokenBytes(token), StandardCharsets.ISO_8859_1));
            boolean ended = stops.stream()
                    .map(stop -> new String(stop.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1))
                    .anyMatch(stop -> tail.indexOf(stop) >= 0);
            tail.delete(0, Math.max(0, tail.length() - longest));
            return ended;
        };
    }
}
