package org.rpt4j.chat.template;

/** A template that is malformed, uses what is not known here, fails on its own account, or exceeds its bounds. */
public final class JinjaException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    JinjaException(String message) {
        super(message);
    }

    JinjaException(String message, int line) {
        super("line " + line + ": " + message);
    }
}
