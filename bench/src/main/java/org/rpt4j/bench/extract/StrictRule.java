package org.rpt4j.bench.extract;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Our own rule, which gives nothing away: the response ended by itself and after its thought, and what it declares as its
 * answer is one answer. A declaration is a box, {@code #### x}, "the answer is x", "answer: x", or a reply that is nothing
 * else.
 *
 * @since 0.1.0
 */
public final class StrictRule implements ExtractionRule {

    /** Its name. */
    public static final String NAME = "strict";

    /** Emphasis, brackets and LaTeX around an answer. */
    private static final String WRAPPED = "(?:\\\\(?:boxed|mathbf|mathrm|textbf|text)\\{|[*$\\\\{(\\[\"'`]){0,20}+";

    private static final Pattern LETTER_DECLARED =
            Pattern.compile("\\b(?i:answer|(?:correct|right|best)\\s+(?:option|choice))"
                    + "\\b[*]*+(?:\\s+(?i:is)\\s*:?|\\s*:)[*]*+\\s*+" + WRAPPED + "([A-Z])(?![A-Za-z0-9'])");

    /** A and I are English words, too: they count only with a sign of their own, or where a clause ends. */
    private static final Pattern LETTER_ENDS =
            Pattern.compile("[\\\\}$)\\]*\"'`.,;:!?]|\\s*(?:\\n|$)|\\s+(?:because|since|as)\\b");

    private static final Pattern ANOTHER_LETTER = Pattern.compile(
            "[\\\\}$)\\]*\"'`]*+\\s*(?:,|/|&|or\\b|and\\b)+\\s*+" + WRAPPED + "([A-Z])(?![A-Za-z0-9'])");

    private static final Pattern BARE_LETTER = Pattern.compile("[\\s*$({\\[\"'`]*([A-Z])[\\s*$)}\\]\"'`.:]*");

    private static final Pattern LETTER_AND_TEXT =
            Pattern.compile("[*(\\[]*([A-Z])[*)\\].:]+\\s*+(.+)", Pattern.DOTALL);

    /** A line of at most three words. */
    private static final Pattern BARE_TEXT = Pattern.compile("\\S{1,60}(?:[ \\t]+\\S{1,60}){0,2}");

    private static final Pattern MARKED = Pattern.compile("^####[ \\t]*(\\S.*)$", Pattern.MULTILINE);

    private static final Pattern TEXT_DECLARED = Pattern.compile(
            "\\banswer[ \\t]*(?:is|:|is:)[ \\t*]*(\\S[^\\n]*)$", Pattern.MULTILINE | Pattern.CASE_INSENSITIVE);

    /** Creates the rule. */
    public StrictRule() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String says() {
        return "Our own: the response ended by itself, after its thought, and declares exactly one answer, in a box, after"
                + " #### or after \"answer is\" or \"answer:\", or is nothing else.";
    }

    @Override
    public Extracted extract(Response response) {
        if (response.truncated() || response.isThoughtOpen()) {
            return Extracted.nothing(Extracted.Finding.UNFINISHED);
        }
        String text = response.visible();
        Set<String> answers = response.choices().isEmpty() ? texts(text) : letters(text, response);
        if (answers.isEmpty()) {
            return Extracted.nothing(Extracted.Finding.NONE);
        }
        return answers.size() > 1
                ? Extracted.nothing(Extracted.Finding.SEVERAL)
                : Extracted.answer(answers.iterator().next());
    }

    private static Set<String> letters(String text, Response response) {
        String known = response.letters();
        Set<String> found = new LinkedHashSet<>();
        for (String box : Boxes.all(text)) {
            addLetter(unwrapped(box), response, found);
        }
        Matcher declared = LETTER_DECLARED.matcher(text);
        while (declared.find()) {
            addDeclared(declared, text, known, found);
        }
        if (found.isEmpty()) {
            addLetter(text, response, found);
        }
        return found;
    }

    /** Adds a letter, and those that a list names with it: "the answer is B or C". */
    private static void addDeclared(Matcher declared, String text, String known, Set<String> found) {
        String letter = declared.group(1);
        int end = declared.end(1);
        Matcher another = ANOTHER_LETTER.matcher(text).region(end, text.length());
        boolean listed = another.lookingAt();
        boolean ends = LETTER_ENDS.matcher(text).region(end, text.length()).lookingAt();
        if (known.contains(letter) && (listed || ends || !"AI".contains(letter))) {
            found.add(letter);
        }
        while (listed) {
            if (known.contains(another.group(1))) {
                found.add(another.group(1));
            }
            another.region(another.end(1), text.length());
            listed = another.lookingAt();
        }
    }

    /** Adds what is a letter, a letter with the text of its choice, or the text of a choice. */
    private static void addLetter(String text, Response response, Set<String> found) {
        Matcher bare = BARE_LETTER.matcher(text);
        if (bare.matches() && response.letters().contains(bare.group(1))) {
            found.add(bare.group(1));
            return;
        }
        Matcher both = LETTER_AND_TEXT.matcher(text.strip());
        boolean isBoth = both.matches() && response.letters().contains(both.group(1));
        List<String> choices = response.choices();
        for (int i = 0; i < choices.size(); i++) {
            String letter = Response.letter(i);
            String choice = plain(choices.get(i));
            if (plain(text).equals(choice)
                    || isBoth
                            && letter.equals(both.group(1))
                            && plain(both.group(2)).equals(choice)) {
                found.add(letter);
                return;
            }
        }
    }

    private static Set<String> texts(String text) {
        Set<String> found = new LinkedHashSet<>();
        Boxes.all(text).forEach(box -> addText(box, found));
        addMatches(MARKED, text, found);
        if (found.isEmpty()) {
            addMatches(TEXT_DECLARED, text, found);
        }
        if (found.isEmpty() && BARE_TEXT.matcher(text.strip()).matches()) {
            addText(text, found);
        }
        return found;
    }

    private static void addMatches(Pattern pattern, String text, Set<String> found) {
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            addText(matcher.group(1), found);
        }
    }

    private static void addText(String answer, Set<String> found) {
        String bare = plain(answer);
        if (!bare.isEmpty()) {
            found.add(bare);
        }
    }

    /** The content of a box without a font around it. */
    private static String unwrapped(String box) {
        return box.replaceFirst("^\\\\(?:mathbf|mathrm|textbf|text)\\{(.*)\\}$", "$1");
    }

    /** An answer without emphasis and dollars around it, without a full stop at the end, with single spaces. */
    public static String plain(String answer) {
        String bare = answer.strip().replaceAll("\\s+", " ");
        int start = 0;
        int end = bare.length();
        while (start < end && "*$ ".indexOf(bare.charAt(start)) >= 0) {
            start++;
        }
        while (end > start && "*$ .".indexOf(bare.charAt(end - 1)) >= 0) {
            end--;
        }
        return bare.substring(start, end);
    }
}
