package org.rpt4j.chat.template;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters of a filter, test, function or method. An argument that fits none of them is an error.
 *
 * @param names names in order of position
 * @param canBeNamed whether arguments can be given by name, which Python's own methods do not allow
 */
record Signature(List<String> names, boolean canBeNamed) {

    /** Parameters from their names, separated by blanks. */
    static Signature of(String names) {
        return new Signature(names.isEmpty() ? List.of() : List.of(names.split(" ")), true);
    }

    /** The same, for arguments that cannot be given by name. */
    static Signature positional(String names) {
        return new Signature(of(names).names, false);
    }

    Parameters bind(Arguments given) {
        List<Object> positional = given.positional();
        if (positional.size() > names.size()) {
            throw new JinjaException(
                    given.what() + " has " + given.count() + " arguments; at most " + names.size() + " are supported");
        }
        if (!canBeNamed) {
            given.onlyPositional();
        }
        Map<String, Object> values = new HashMap<>();
        for (int i = 0; i < positional.size(); i++) {
            values.put(names.get(i), positional.get(i));
        }
        given.named().forEach((name, value) -> {
            if (!names.contains(name)) {
                throw new JinjaException(given.what() + " has no argument named \"" + name + "\""
                        + (names.isEmpty() ? "" : "; it has " + String.join(", ", names)));
            }
            if (values.put(name, value) != null) {
                throw new JinjaException(given.what() + ": argument \"" + name + "\" is given twice");
            }
        });
        return new Parameters(given.what(), values, given.budget());
    }
}
