package org.rpt4j.run.directory;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The share of responses that contain a phrase from a group, such as reflection or deduction, as in the paper. Phrases
 * match whole words, ignoring case. A rough measure: it counts words, not thoughts. Immutable.
 */
final class ReasoningPatterns {

    private static final String BUILT_IN = "reasoning-patterns.txt";

    private final Map<String, Pattern> groups;

    private ReasoningPatterns(Map<String, Pattern> groups) {
        this.groups = Collections.unmodifiableMap(groups);
    }

    /** Our own English word lists for the groups of the paper. */
    static ReasoningPatterns builtIn() {
        try (InputStream in = Objects.requireNonNull(ReasoningPatterns.class.getResourceAsStream(BUILT_IN))) {
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads groups: lines {@code group: phrase, phrase}; empty lines and lines that start with {@code #} are skipped.
     *
     * @throws IllegalArgumentException if a line is not a group; the message names the line
     */
    static ReasoningPatterns parse(String text) {
        Map<String, Pattern> groups = new LinkedHashMap<>();
        for (String line : text.lines().map(String::strip).toList()) {
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            int colon = line.indexOf(':');
            String phrases = Stream.of(line.substring(colon + 1).split(","))
                    .map(String::strip)
                    .filter(phrase -> !phrase.isEmpty())
                    .map(phrase -> Pattern.quote(phrase).replace(" ", "\\E\\s+\\Q"))
                    .collect(Collectors.joining("|"));
            String name = line.substring(0, Math.max(colon, 0)).strip();
            if (name.isEmpty() || phrases.isEmpty() || groups.containsKey(name)) {
                throw new IllegalArgumentException("\"" + line + "\" is not a new group of phrases; expected"
                        + " \"group: phrase, phrase\", each group once");
            }
            int flags = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS;
            groups.put(name, Pattern.compile("(?<!\\w)(?:" + phrases + ")(?!\\w)", flags));
        }
        return new ReasoningPatterns(groups);
    }

    /** For each group, the share of responses, 0 to 1, that contain one of its phrases; NaN without responses. */
    Map<String, Double> shares(Collection<String> responses) {
        Map<String, Double> shares = new LinkedHashMap<>();
        groups.forEach((name, pattern) -> shares.put(
                name,
                (double) responses.stream()
                                .filter(r -> pattern.matcher(r).find())
                                .count()
                        / responses.size()));
        return shares;
    }
}
