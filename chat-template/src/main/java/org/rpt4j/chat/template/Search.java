package org.rpt4j.chat.template;

/**
 * Finds a part of a text in a time that is linear in both, by the algorithm of Knuth, Morris and Pratt. The methods of
 * {@link String} take the product of the lengths.
 */
final class Search {

    private final String text;
    private final String part;
    private final int[] borders;
    private int position;
    private int matched;

    private Search(String text, String part, int from) {
        this.text = text;
        this.part = part;
        this.borders = borders(part);
        this.position = from;
    }

    /** Charges both texts and begins at an offset. The part is not empty. */
    static Search of(String text, String part, int from, Budget budget) {
        budget.spend((long) text.length() - from + part.length());
        return new Search(text, part, from);
    }

    /** Returns the offset of the first occurrence at or after an offset; -1 if there is none. */
    static int first(String text, String part, int from, Budget budget) {
        return part.isEmpty() ? from : of(text, part, from, budget).next(false);
    }

    /** Returns the offset of the last occurrence; -1 if there is none. */
    static int last(String text, String part, Budget budget) {
        if (part.isEmpty()) {
            return text.length();
        }
        Search search = of(text, part, 0, budget);
        int last = -1;
        for (int at = search.next(true); at >= 0; at = search.next(true)) {
            last = at;
        }
        return last;
    }

    /**
     * Returns the offset of the next occurrence; -1 if there is none.
     *
     * @param overlapping whether it may begin inside the one before
     */
    int next(boolean overlapping) {
        if (matched == part.length()) {
            matched = overlapping ? borders[matched - 1] : 0;
        }
        while (position < text.length()) {
            char c = text.charAt(position++);
            while (matched > 0 && part.charAt(matched) != c) {
                matched = borders[matched - 1];
            }
            matched += part.charAt(matched) == c ? 1 : 0;
            if (matched == part.length()) {
                return position - matched;
            }
        }
        return -1;
    }

    /** Lengths of the longest proper prefix that is also a suffix, for each prefix of the part. */
    private static int[] borders(String part) {
        int[] borders = new int[part.length()];
        int length = 0;
        for (int i = 1; i < part.length(); i++) {
            while (length > 0 && part.charAt(i) != part.charAt(length)) {
                length = borders[length - 1];
            }
            length += part.charAt(i) == part.charAt(length) ? 1 : 0;
            borders[i] = length;
        }
        return borders;
    }
}
