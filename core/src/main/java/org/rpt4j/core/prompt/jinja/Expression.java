package org.rpt4j.core.prompt.jinja;

/** A compiled expression. */
@FunctionalInterface
interface Expression {

    Object eval(Frame frame);
}
