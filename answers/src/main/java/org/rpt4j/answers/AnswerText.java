package org.rpt4j.answers;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rpt4j.answers.compare.LastBox;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.core.corpus.Row;

/** Takes the answer from the text of a field. Immutable and thread-safe. */
final class AnswerText {

    private final QuestionOptions options;
    private final Pattern pattern;

    AnswerText(QuestionOptions options) {
        this.options = options;
        this.pattern = Pattern.compile(options.answerPattern());
    }

    /** The answer without white space around it. */
    String of(String text, Row row) {
        String answer = switch (options.answerPart()) {
            case WHOLE -> text.strip();
            case BOX ->
                LastBox.of(text)
                        .orElseThrow(() -> missing(row, "has no closed \\boxed{...}"))
                        .strip();
            case PATTERN -> lastMatch(text, row).strip();
        };
        if (answer.isEmpty()) {
            throw missing(row, "has an empty answer");
        }
        return answer;
    }

    private String lastMatch(String text, Row row) {
        String found = null;
        try {
            Matcher matcher = pattern.matcher(text);
            while (matcher.find()) {
                String match = matcher.groupCount() > 0 ? matcher.group(1) : matcher.group();
                found = match == null ? found : match;
            }
        } catch (StackOverflowError e) {
            throw missing(row, "is too long for the pattern " + pattern + ", which repeats a group too often");
        }
        if (found == null) {
            throw missing(row, "does not match the pattern " + pattern);
        }
        return found;
    }

    private CorpusException missing(Row row, String problem) {
        return new CorpusException("Corpus " + row.place() + ": field \"" + options.answerField() + "\" " + problem
                + ". Set how the answer is found in it, or tolerate bad lines.");
    }
}
