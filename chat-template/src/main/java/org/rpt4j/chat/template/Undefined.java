package org.rpt4j.chat.template;

/**
 * What a missing variable, key or element evaluates to: false, empty, and an error if anything is asked of it.
 *
 * @param name what is missing
 */
record Undefined(String name) {

    JinjaException used() {
        return new JinjaException("\"" + name + "\" is undefined");
    }
}
