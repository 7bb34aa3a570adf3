package org.rpt4j.chat.template;

/** A compiled part of a template that writes text. */
@FunctionalInterface
interface Statement {

    /** How execution continues after a statement. */
    enum Next {
        GO_ON,
        BREAK,
        CONTINUE
    }

    Next run(Frame frame, BoundedText output);
}
