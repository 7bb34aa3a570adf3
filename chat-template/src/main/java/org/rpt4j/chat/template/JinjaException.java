package org.rpt4j.chat.template;

/**
 * Thrown if a template is malformed, uses an unsupported feature, raises an error of its own, or exceeds its limits.
 *
 * @since 0.1.0
 */
public sealed class JinjaException extends RuntimeException permits JinjaInterruptedException {

    private static final long serialVersionUID = 1L;

    JinjaException(String message) {
        super(message);
    }

    JinjaException(String message, int line) {
        super("line " + line + ": " + message);
    }
}
