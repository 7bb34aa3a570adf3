package org.rpt4j.answers.compare;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The last box of a worked solution: the content of {@code \boxed{...}} or {@code \fbox{...}} with its braces
 * balanced, or what follows {@code \boxed} up to a dollar sign, as solutions of MATH write a single character. One
 * pass, whatever the text.
 *
 * @since 0.1.0
 */
public final class LastBox {

    private static final String[] COMMANDS = {"\\boxed", "\\fbox"};

    private LastBox() {}

    /** The content of the last box that is closed; empty if there is none. */
    public static Optional<String> of(String text) {
        // For each open brace, where the content of its box begins, or -1 for a brace that opens no box.
        Deque<Integer> open = new ArrayDeque<>();
        int start = -1;
        int end = -1;
        int bare = -1;
        int box = -1;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                int behind = behindCommand(text, i);
                if (behind > 0 && behind < text.length() && text.charAt(behind) == '{') {
                    box = behind;
                } else if (behind > 0) {
                    bare = behind;
                }
            } else if (c == '{') {
                open.push(i == box ? i + 1 : -1);
            } else if (c == '}' && !open.isEmpty()) {
                int content = open.pop();
                if (content > start) {
                    start = content;
                    end = i;
                }
            }
        }
        Optional<String> single = bare > start ? bare(text, bare) : Optional.empty();
        return single.isPresent() || start < 0 ? single : Optional.of(text.substring(start, end));
    }

    /** Where the argument of a box that begins here is, behind white space; 0 if none begins here. */
    private static int behindCommand(String text, int at) {
        for (String command : COMMANDS) {
            if (text.startsWith(command, at)) {
                int behind = at + command.length();
                boolean longer = behind < text.length() && Character.isLetter(text.charAt(behind));
                while (behind < text.length() && Character.isWhitespace(text.charAt(behind))) {
                    behind++;
                }
                return longer ? 0 : behind;
            }
        }
        return 0;
    }

    private static Optional<String> bare(String text, int from) {
        int dollar = text.indexOf('$', from);
        String content =
                text.substring(from, dollar < 0 ? text.length() : dollar).strip();
        return content.isEmpty() ? Optional.empty() : Optional.of(content);
    }
}
