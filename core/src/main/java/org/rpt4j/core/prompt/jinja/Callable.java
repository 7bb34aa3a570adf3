package org.rpt4j.core.prompt.jinja;

/** A value that can be called: a global function, a method bound to its object, a macro. */
@FunctionalInterface
interface Callable {

    Object call(Arguments arguments);
}
