package org.rpt4j.chat.template;

import java.util.Locale;

/**
 * Upper and lower case by Python's rules, each in linear time: {@link String#toLowerCase()} takes the square of the
 * length if letters grow.
 */
final class Letters {

    private static final int SIGMA = 'Σ';
    private static final int FINAL_SIGMA = 'ς';
    private static final int DOTTED_CAPITAL_I = 'İ';
    private static final int DOT_ABOVE = '\u0307';
    private static final int APOSTROPHE_N = 'ŉ';
    private static final String INSIDE_WORDS =
            "'.:\u00B7\u0387\u055F\u05F4\u2018\u2019\u2024\u2027\uFE13\uFE52\uFE55\uFF07\uFF0E\uFF1A";

    private Letters() {}

    static String lower(String text, Budget budget) {
        int[] letters = text.codePoints().toArray();
        BoundedText lower = new BoundedText(budget);
        for (int i = 0; i < letters.length; i++) {
            appendLower(letters, i, lower);
        }
        return lower.toString();
    }

    static String upper(String text, Budget budget) {
        BoundedText upper = new BoundedText(budget);
        text.codePoints().forEach(letter -> upper.append(upper(letter)));
        return upper.toString();
    }

    /** The first letter in title case, the rest in lower case. */
    static String capitalized(String text, Budget budget) {
        int[] letters = text.codePoints().toArray();
        BoundedText result = new BoundedText(budget);
        for (int i = 0; i < letters.length; i++) {
            if (i == 0) {
                result.append(title(letters[i]));
            } else {
                appendLower(letters, i, result);
            }
        }
        return result.toString();
    }

    /** Every word begins in title case; words end at whatever has no case. */
    static String titled(String text, Budget budget) {
        int[] letters = text.codePoints().toArray();
        BoundedText result = new BoundedText(budget);
        boolean inWord = false;
        for (int i = 0; i < letters.length; i++) {
            if (inWord) {
                appendLower(letters, i, result);
            } else {
                result.append(title(letters[i]));
            }
            inWord = isCased(letters[i]);
        }
        return result.toString();
    }

    /** The filter {@code title}, which, unlike the method, splits words only at white space and opening brackets. */
    static String titledWords(String text, Budget budget) {
        int[] letters = text.codePoints().toArray();
        BoundedText result = new BoundedText(budget);
        boolean wordStart = true;
        for (int i = 0; i < letters.length; i++) {
            if (wordStart) {
                result.append(upper(letters[i]));
            } else {
                appendLower(letters, i, result);
            }
            wordStart = Strings.isSpace(letters[i]) || "-({[<".indexOf(letters[i]) >= 0;
        }
        return result.toString();
    }

    /** Whether there are letters with a case, and all of them are in lower (or upper) case. */
    static boolean allIn(String text, boolean lower) {
        boolean wanted = false;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int letter = text.codePointAt(i);
            boolean isLower = Character.isLowerCase(letter);
            boolean isUpper = Character.isUpperCase(letter);
            if (Character.isTitleCase(letter) || (lower ? isUpper : isLower)) {
                return false;
            }
            wanted |= lower ? isLower : isUpper;
        }
        return wanted;
    }

    static String asciiLower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    private static void appendLower(int[] letters, int at, BoundedText text) {
        int letter = letters[at];
        if (letter == SIGMA) {
            text.appendCodePoint(endsWord(letters, at) ? FINAL_SIGMA : Character.toLowerCase(SIGMA));
        } else if (letter == DOTTED_CAPITAL_I) {
            text.append('i').appendCodePoint(DOT_ABOVE);
        } else {
            text.appendCodePoint(Character.toLowerCase(letter));
        }
    }

    private static String upper(int letter) {
        return letter < 128
                ? Character.toString(Character.toUpperCase(letter))
                : Character.toString(letter).toUpperCase(Locale.ROOT);
    }

    private static String title(int letter) {
        int title = Character.toTitleCase(letter);
        String upper = upper(letter);
        if (letter == APOSTROPHE_N) {
            return upper;
        }
        if (title != letter || upper.codePointCount(0, upper.length()) == 1) {
            return Character.toString(title);
        }
        return upper.substring(0, 1) + upper.substring(1).toLowerCase(Locale.ROOT);
    }

    /** Whether a letter comes before and none after, where marks and signs inside of words do not count. */
    private static boolean endsWord(int[] letters, int at) {
        int before = at - 1;
        while (before >= 0 && isIgnored(letters[before])) {
            before--;
        }
        int after = at + 1;
        while (after < letters.length && isIgnored(letters[after])) {
            after++;
        }
        return before >= 0 && isCased(letters[before]) && (after == letters.length || !isCased(letters[after]));
    }

    private static boolean isCased(int letter) {
        return Character.isLowerCase(letter) || Character.isUpperCase(letter) || Character.isTitleCase(letter);
    }

    private static boolean isIgnored(int letter) {
        return switch (Character.getType(letter)) {
            case Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.FORMAT,
                    Character.MODIFIER_LETTER,
                    Character.MODIFIER_SYMBOL -> true;
            default -> INSIDE_WORDS.indexOf(letter) >= 0;
        };
    }
}
