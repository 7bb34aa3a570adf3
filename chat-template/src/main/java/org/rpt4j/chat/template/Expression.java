package org.rpt4j.chat.template;

/** A compiled expression. */
@FunctionalInterface
interface Expression {

    Object eval(Frame frame);
}
