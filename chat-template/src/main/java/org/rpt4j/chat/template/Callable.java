package org.rpt4j.chat.template;

/** A value that can be called: a global function, a method bound to its object, a macro. */
@FunctionalInterface
interface Callable {

    Object call(Arguments arguments);
}
