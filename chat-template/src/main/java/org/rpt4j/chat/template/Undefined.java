package org.rpt4j.chat.template;

/**
 * The value of a missing variable, key or element: false, empty, and an error for any other use.
 *
 * @param name name of what is missing
 */
record Undefined(String name) {

    private static final int MOST_CHARACTERS = 100;

    /** The value of something with a name that the template computed. */
    static Undefined of(String name) {
        return new Undefined(name.length() > MOST_CHARACTERS ? name.substring(0, MOST_CHARACTERS) + "..." : name);
    }

    JinjaException used() {
        return new JinjaException("\"" + name + "\" is undefined");
    }
}
