package org.rpt4j.chat.template;

/** A callable value: a global function, a method bound to its object, or a macro. */
@FunctionalInterface
interface Callable {

    Object call(Arguments arguments);
}
