package org.rpt4j.chat.template;

/** A string builder with a size limit. */
final class BoundedText {

    private final StringBuilder text = new StringBuilder();

    BoundedText append(String more) {
        Budget.checkedLength((long) text.length() + more.length());
        text.append(more);
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
