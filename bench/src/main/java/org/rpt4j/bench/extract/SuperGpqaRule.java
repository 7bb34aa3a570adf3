package org.rpt4j.bench.extract;

import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the harness of SuperGPQA finds an answer (Du et al. 2025, arXiv 2502.14739). It ignores case even for the letter, so
 * that "the answer is a" is the letter a, which is never right. Stateless.
 */
final class SuperGpqaRule {

    private static final int IGNORE_CASE = Pattern.CASE_INSENSITIVE;
    private static final String THE_ANSWER_IS =
            "(?U)[Tt]he\\s++(?:\\w++\\s++)?(?:answer|option)(?:\\w{1,99}\\s{1,99})?\\s++is?:?\\s*+";
    private static final String AT_THE_START =
            "(?U)^(?:[^\\w\\r\\n\\\\]*+(?:\\\\(?!(?:boxed|mathbf|mathrm|text)\\{))?){0,99}";

    private static final List<Pattern> BEFORE_A_LETTER = List.of(
            Pattern.compile(THE_ANSWER_IS, IGNORE_CASE),
            Pattern.compile("Answer[*\\s]*+:\\s*+", IGNORE_CASE),
            Pattern.compile(AT_THE_START));

    private static final List<Pattern> BEFORE_A_CHOICE =
            List.of(Pattern.compile(THE_ANSWER_IS), Pattern.compile("(?i:Answer)\\s*+"), Pattern.compile(AT_THE_START));

    /** What may stand before an answer: emphasis, brackets, formulas, and LaTeX commands for boxes and fonts. */
    private static final String SIGNS_BEFORE = "*$\\{([";

    private static final List<String> COMMANDS = List.of("\\boxed{", "\\mathbf{", "\\mathrm{", "\\text{");

    private static final String SIGNS_AFTER = "\\}$)]";
    private static final String ENDS = ":.*)";

    private SuperGpqaRule() {}

    /** The letter that a response gives, upper or lower case as it stands there. */
    static Optional<String> extract(String response, List<String> choices) {
        String text = response.stripTrailing();
        return find(text, BEFORE_A_LETTER, part -> at -> letter(part, at))
                .or(() -> find(text, BEFORE_A_CHOICE, part -> at -> choice(part, at, choices))
                        .map(found -> Response.letter(choices.indexOf(found))));
    }

    private interface Finder {
        IntFunction<Optional<String>> in(String part);
    }

    /** Every pattern in the last line, and then every pattern in the whole text. */
    private static Optional<String> find(String text, List<Pattern> places, Finder finder) {
        String lastLine = text.substring(text.lastIndexOf('\n') + 1);
        for (String part : List.of(lastLine, text)) {
            for (Pattern place : places) {
                Matcher matcher = place.matcher(part);
                while (matcher.find()) {
                    Optional<String> found = finder.in(part).apply(behindSigns(part, matcher.end()));
                    if (found.isPresent()) {
                        return found;
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> letter(String part, int at) {
        boolean letter = at < part.length() && "ABCDEFGHIJabcdefghij".indexOf(part.charAt(at)) >= 0;
        return letter && ends(part, at + 1) ? Optional.of(part.substring(at, at + 1)) : Optional.empty();
    }

    private static Optional<String> choice(String part, int at, List<String> choices) {
        return choices.stream()
                .filter(choice -> part.startsWith(choice, at) && ends(part, at + choice.length()))
                .findFirst();
    }

    private static int behindSigns(String part, int from) {
        int at = from;
        while (at < part.length()) {
            int here = at;
            int command = COMMANDS.stream()
                    .filter(one -> part.startsWith(one, here))
                    .mapToInt(String::length)
                    .findFirst()
                    .orElse(0);
            if (command == 0 && SIGNS_BEFORE.indexOf(part.charAt(at)) < 0) {
                break;
            }
            at += Math.max(1, command);
        }
        while (at < part.length() && Character.isWhitespace(part.charAt(at))) {
            at++;
        }
        return at;
    }

    /** Whether an answer ends here: with signs, and then a space, a sign of the end, or the end of the text. */
    private static boolean ends(String part, int from) {
        int at = from;
        while (at < part.length() && SIGNS_AFTER.indexOf(part.charAt(at)) >= 0) {
            if (part.charAt(at) == ')') {
                return true;
            }
            at++;
        }
        return at == part.length() || Character.isWhitespace(part.charAt(at)) || ENDS.indexOf(part.charAt(at)) >= 0;
    }
}
