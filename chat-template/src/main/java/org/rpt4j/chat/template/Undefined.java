package org.rpt4j.chat.template;

/**
 * The value of a missing variable, key or element: false, empty, and an error for any other use.
 *
 * @param name name of what is missing
 */
record Undefined(String name) {

    JinjaException used() {
        return new JinjaException("\"" + name + "\" is undefined");
    }
}
