package org.rpt4j.chat.template;

import java.util.ArrayList;
import java.util.List;

/**
 * What a filter reads from each element: the element itself, or what a path such as {@code a.b.0} leads to.
 *
 * @param path names and indexes
 */
record Attribute(List<Object> path) {

    private static final int MOST_DIGITS = 9;

    static final Attribute SELF = new Attribute(List.of());

    /** A path from the argument of a filter. */
    static Attribute of(Object path, Parameters given) {
        if (path instanceof Long) {
            return new Attribute(List.of(path));
        }
        if (!(path instanceof String dotted)) {
            throw new JinjaException(given.what() + ": the attribute is " + Values.type(path) + ", not a string");
        }
        List<Object> parts = new ArrayList<>();
        for (Object part : Strings.split(dotted, ".", -1, given.budget())) {
            parts.add(isIndex((String) part) ? (Object) Long.valueOf((String) part) : part);
        }
        return new Attribute(parts);
    }

    private static boolean isIndex(String part) {
        return !part.isEmpty() && part.length() <= MOST_DIGITS && part.chars().allMatch(Character::isDigit);
    }

    Object of(Object value, Budget budget) {
        budget.spend(1);
        Object found = value;
        for (Object part : path) {
            found = Access.item(found, part, budget);
        }
        return found;
    }
}
