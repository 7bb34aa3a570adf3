package org.rpt4j.answers.compare;

import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The same choice, by its letter or by its text. An answer that names a letter and a text must have both right.
 *
 * @param choices texts of the choices in order; empty if only letters are known
 * @since 0.1.0
 */
public record ChoiceComparison(List<String> choices) implements AnswerComparison {

    /** A letter alone or in brackets, then maybe a text behind a bracket, a full stop, a colon or a hyphen. */
    private static final Pattern LABELLED =
            Pattern.compile("(?s)(?:(?i:choice|option|answer)(?:\\s+(?i:is))?\\s*:?\\s*)?"
                    + "(?:\\(\\s*([A-Za-z])\\s*\\)|\\[\\s*([A-Za-z])\\s*\\]|([A-Za-z])(?=\\s*(?:$|[.):\\]-])))"
                    + "\\s*[.):\\]-]*\\s*(.*)");

    private static final Pattern COMMAND =
            Pattern.compile("\\\\(?:text|textbf|mathrm|mathbf|textit)\\s*\\{([^{}]*)\\}");
    private static final AnswerComparison TEXT = AnswerComparison.exactIgnoringCase();

    public ChoiceComparison {
        choices = List.copyOf(choices);
    }

    @Override
    public Judgement compare(String predicted, String gold) {
        String answer = plain(predicted);
        if (answer.isEmpty()) {
            return Judgement.different("empty-answer");
        }
        OptionalInt right = index(plain(gold));
        if (right.isEmpty()) {
            return TEXT.compare(answer, plain(gold));
        }
        OptionalInt named = index(answer);
        return named.isPresent() && named.getAsInt() == right.getAsInt()
                ? Judgement.EQUAL
                : Judgement.different(named.isPresent() ? "wrong-choice" : "no-choice");
    }

    /**
     * Compares with a choice of which only the letter and the text are known, as a task has them.
     *
     * @param forms the letter of the right choice, and maybe its text
     */
    public static Judgement compare(String predicted, List<String> forms) {
        String letter = forms.get(0).strip();
        String text = forms.size() > 1 ? forms.get(1) : letter;
        String answer = plain(predicted);
        if (answer.isEmpty()) {
            return Judgement.different("empty-answer");
        }
        Matcher labelled = LABELLED.matcher(answer);
        boolean named = labelled.matches();
        String rest = named ? plain(labelled.group(4)) : answer;
        if (!rest.isEmpty() && TEXT.equivalent(answer, plain(text))) {
            return Judgement.EQUAL;
        }
        if (!named) {
            return Judgement.different("no-choice");
        }
        boolean textFits = rest.isEmpty() || TEXT.equivalent(rest, plain(text));
        return letter(labelled).equalsIgnoreCase(letter) && textFits
                ? Judgement.EQUAL
                : Judgement.different("wrong-choice");
    }

    /** The choice that an answer names. A letter alone is the letter of a choice, even if it is also a text. */
    private OptionalInt index(String answer) {
        Matcher labelled = LABELLED.matcher(answer);
        boolean named = labelled.matches();
        int index = named ? Character.toUpperCase(letter(labelled).charAt(0)) - 'A' : -1;
        String rest = named ? plain(labelled.group(4)) : answer;
        if (named && rest.isEmpty()) {
            return choices.isEmpty() || index < choices.size() ? OptionalInt.of(index) : OptionalInt.empty();
        }
        for (int i = 0; i < choices.size(); i++) {
            if (TEXT.equivalent(answer, plain(choices.get(i)))) {
                return OptionalInt.of(i);
            }
        }
        boolean fits = named && index < choices.size() && TEXT.equivalent(rest, plain(choices.get(index)));
        return fits ? OptionalInt.of(index) : OptionalInt.empty();
    }

    private static String letter(Matcher labelled) {
        for (int group = 1; group <= 3; group++) {
            String letter = labelled.group(group);
            if (letter != null) {
                return letter;
            }
        }
        throw new IllegalStateException("no letter in " + labelled.group());
    }

    /** One space for each run of white space, without commands and dollar signs of LaTeX and a full stop at the end. */
    private static String plain(String text) {
        String plain = ExactComparison.normalised(
                COMMAND.matcher(text).replaceAll("$1").replace("$", ""));
        boolean sentence = plain.length() > 1 && plain.endsWith(".");
        return sentence ? plain.substring(0, plain.length() - 1).strip() : plain;
    }
}
