package org.rpt4j.judge;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The votes on one question.
 *
 * @param yes votes that the prediction means what follows
 * @param no votes that it does not
 * @param neither answers that are neither
 * @param promptTokens tokens that the judge read
 * @param completionTokens tokens that it wrote
 */
record Poll(int yes, int no, int neither, long promptTokens, long completionTokens) {

    private static final String THOUGHT_END = "</think>";
    private static final Pattern WORD = Pattern.compile("(?<![a-z])(yes|no)(?![a-z])");

    Poll {
        if (yes < 0 || no < 0 || neither < 0 || yes + no + neither == 0 || promptTokens < 0 || completionTokens < 0) {
            throw new IllegalArgumentException("a poll of " + yes + " yes, " + no + " no and " + neither
                    + " others, with " + promptTokens + " and " + completionTokens + " tokens");
        }
    }

    static Poll of(Judge.Reply.Answered answered) {
        List<String> votes = answered.texts().stream().map(Poll::vote).toList();
        int yes = (int) votes.stream().filter("yes"::equals).count();
        int no = (int) votes.stream().filter("no"::equals).count();
        return new Poll(yes, no, votes.size() - yes - no, answered.promptTokens(), answered.completionTokens());
    }

    /** The one of the two words that an answer has after its thought; empty if it has both or none. */
    private static String vote(String text) {
        int thought = text.lastIndexOf(THOUGHT_END);
        String answer =
                text.substring(thought < 0 ? 0 : thought + THOUGHT_END.length()).toLowerCase(Locale.ROOT);
        List<String> found = WORD.matcher(answer)
                .results()
                .map(result -> result.group(1))
                .distinct()
                .toList();
        Matcher first = WORD.matcher(answer.replaceFirst("^[^a-z]+", ""));
        if (first.lookingAt()) {
            return first.group(1);
        }
        return found.size() == 1 ? found.get(0) : "";
    }

    int votes() {
        return yes + no + neither;
    }

    /** Whether more than half of the votes are yes. */
    boolean isYes() {
        return 2 * yes > votes();
    }

    /** Whether more than half of the votes are no. */
    boolean isNo() {
        return 2 * no > votes();
    }

    boolean isUnanimous() {
        return (yes > 0 ? 1 : 0) + (no > 0 ? 1 : 0) + (neither > 0 ? 1 : 0) == 1;
    }
}
