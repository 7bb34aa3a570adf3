package org.rpt4j.chat.template;

/** A compiled piece of a template that writes text. */
@FunctionalInterface
interface Statement {

    /** What happens after a statement. */
    enum Next {
        GO_ON,
        BREAK,
        CONTINUE
    }

    Next run(Frame frame, BoundedText output);
}
