package org.rpt4j.answers.compare;

import java.text.Normalizer;
import java.util.Locale;

/**
 * Equal characters, as SQuAD and many others count an exact match, but without dropping articles or punctuation.
 *
 * @param ignoresCase whether capital letters equal small ones
 */
record ExactComparison(boolean ignoresCase) implements AnswerComparison {

    @Override
    public Judgement compare(String predicted, String gold) {
        String text = form(predicted);
        if (text.isEmpty()) {
            return Judgement.different("empty-answer");
        }
        return text.equals(form(gold)) ? Judgement.EQUAL : Judgement.DIFFERENT;
    }

    private String form(String text) {
        String joined = normalised(text);
        // Up and down again, so that letters with two small forms are equal, too.
        return ignoresCase ? joined.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT) : joined;
    }

    /** Composed characters, and one space for each run of white space. */
    static String normalised(String text) {
        StringBuilder plain = new StringBuilder();
        boolean space = false;
        for (int c :
                Normalizer.normalize(text, Normalizer.Form.NFC).codePoints().toArray()) {
            if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
                space = true;
            } else {
                if (space && !plain.isEmpty()) {
                    plain.append(' ');
                }
                space = false;
                plain.appendCodePoint(c);
            }
        }
        return plain.toString();
    }
}
