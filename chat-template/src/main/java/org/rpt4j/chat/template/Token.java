package org.rpt4j.chat.template;

/**
 * A token of a template.
 *
 * @param kind kind of the token
 * @param text its content; a string literal without quotes and escapes
 * @param line line where it begins, from 1
 */
record Token(Kind kind, String text, int line) {

    enum Kind {
        TEXT,
        EXPRESSION_BEGIN,
        EXPRESSION_END,
        TAG_BEGIN,
        TAG_END,
        NAME,
        STRING,
        INTEGER,
        FLOAT,
        OPERATOR,
        END_OF_TEMPLATE
    }

    boolean is(Kind wanted, String content) {
        return kind == wanted && text.equals(content);
    }

    String described() {
        return kind == Kind.END_OF_TEMPLATE ? "the end of the template" : "\"" + text + "\"";
    }
}
