package org.rpt4j.chat.template;

import java.util.ArrayList;
import java.util.List;

/**
 * What a filter reads from each element: the element itself, or what a path such as {@code a.b.0} leads to.
 *
 * @param path names and indexes
 */
record Attribute(List<Object> path) {

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
        for (String part : dotted.split("\\.", -1)) {
            boolean index =
                    !part.isEmpty() && part.length() <= 9 && part.chars().allMatch(Character::isDigit);
            parts.add(index ? (Object) Long.valueOf(part) : part);
        }
        return new Attribute(parts);
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
