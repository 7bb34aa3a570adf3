package org.rpt4j.chat.template;

/** A string builder with a size limit, which charges each character before it is written. */
final class BoundedText {

    private final StringBuilder text = new StringBuilder();
    private final Budget budget;

    BoundedText(Budget budget) {
        this.budget = budget;
    }

    BoundedText append(String more) {
        return append(more, 0, more.length());
    }

    BoundedText append(String source, int from, int to) {
        charge(to - from);
        text.append(source, from, to);
        return this;
    }

    BoundedText append(char c) {
        charge(1);
        text.append(c);
        return this;
    }

    BoundedText appendCodePoint(int codePoint) {
        charge(Character.charCount(codePoint));
        text.appendCodePoint(codePoint);
        return this;
    }

    BoundedText repeat(String part, long times) {
        if (times > 0 && !part.isEmpty()) {
            long length = times > Budget.MAX_LENGTH ? Long.MAX_VALUE : times * part.length();
            charge(length);
            text.append(part.repeat((int) times));
        }
        return this;
    }

    private void charge(long characters) {
        Budget.checkedLength(Math.max(characters, text.length() + characters));
        budget.spend(characters);
    }

    @Override
    public String toString() {
        budget.spend(text.length());
        return text.toString();
    }
}
