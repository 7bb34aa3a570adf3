package org.rpt4j.chat.template;

/** A callable value: a global function, a method bound to its object, a macro, or a recursive loop. */
@FunctionalInterface
interface Callable {

    Object call(Arguments arguments);
}
