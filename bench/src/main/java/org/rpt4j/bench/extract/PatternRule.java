package org.rpt4j.bench.extract;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first or the last match of a regular expression in what is visible of a response. The answer is its first group
 * that took part.
 *
 * @since 0.1.0
 */
public final class PatternRule implements ExtractionRule {

    private final String name;
    private final String says;
    private final Pattern pattern;
    private final boolean last;

    /**
     * Creates a rule.
     *
     * @param pattern has at least one group
     * @param last whether the last match counts, not the first
     * @throws IllegalArgumentException if the pattern has no group
     */
    public PatternRule(String name, String says, Pattern pattern, boolean last) {
        if (pattern.matcher("").groupCount() == 0) {
            throw new IllegalArgumentException(
                    "the pattern " + pattern + " has no group; put the answer into parentheses");
        }
        this.name = name;
        this.says = says;
        this.pattern = pattern;
        this.last = last;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String says() {
        return says;
    }

    @Override
    public Extracted extract(Response response) {
        try {
            return find(pattern.matcher(new BoundedText(response.visible(), name)));
        } catch (StackOverflowError e) {
            throw BoundedText.tooMuch(name, response.visible().length());
        }
    }

    private Extracted find(Matcher matcher) {
        String found = "";
        while (matcher.find()) {
            String answer = firstGroup(matcher).strip();
            if (!answer.isEmpty()) {
                found = answer;
                if (!last) {
                    break;
                }
            }
        }
        return found.isEmpty() ? Extracted.nothing(Extracted.Finding.NONE) : Extracted.answer(found);
    }

    private static String firstGroup(Matcher matcher) {
        for (int group = 1; group <= matcher.groupCount(); group++) {
            if (matcher.group(group) != null) {
                return matcher.group(group);
            }
        }
        return "";
    }
}
