package org.rpt4j.chat.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** The filters that apply another filter, or a test, to each element, and pass it their further arguments. */
final class SelectFilters {

    private static final Set<String> NAMES = Set.of("map", "select", "reject", "selectattr", "rejectattr");
    private static final Signature BY_ATTRIBUTE = Signature.of("attribute default");

    private SelectFilters() {}

    static boolean has(String name) {
        return NAMES.contains(name);
    }

    static Object apply(String name, Object input, Arguments given) {
        if (!Values.truth(input)) {
            return new ArrayList<>();
        }
        boolean keep = name.startsWith("select");
        return switch (name) {
            case "map" -> map(input, given);
            case "select", "reject" -> selected(input, Attribute.SELF, given, keep);
            default -> {
                if (given.positional().isEmpty()) {
                    throw new JinjaException(given.what() + " is missing its argument \"attribute\"");
                }
                Parameters parameters = new Parameters(given.what(), Map.of(), given.budget());
                yield selected(input, Attribute.of(given.positional().get(0), parameters), given.from(1), keep);
            }
        };
    }

    private static List<Object> map(Object input, Arguments given) {
        Function<Object, Object> mapping;
        if (given.positional().isEmpty()) {
            Parameters parameters = BY_ATTRIBUTE.bind(given);
            Attribute attribute = Attribute.of(parameters.required("attribute"), parameters);
            mapping = element -> {
                Object found = attribute.of(element, given.budget());
                Object otherwise = parameters.orNull("default");
                return found instanceof Undefined && otherwise != null ? otherwise : found;
            };
        } else {
            String filter = name(given, "filter");
            Arguments rest = given.from(1).as("filter " + filter);
            mapping = element -> Filters.apply(filter, element, rest);
        }
        List<Object> elements = Values.elements(input, given.budget());
        elements.replaceAll(element -> nested(given.budget(), () -> mapping.apply(element)));
        return elements;
    }

    private static List<Object> selected(Object input, Attribute attribute, Arguments given, boolean keep) {
        Arguments rest = given.from(1);
        String test = given.positional().isEmpty() ? "" : name(given, "test");
        List<Object> kept = new ArrayList<>();
        for (Object element : Values.elements(input, given.budget())) {
            Object subject = attribute.of(element, given.budget());
            boolean holds =
                    test.isEmpty() ? Values.truth(subject) : Tests.holds(test, subject, rest.as("test " + test));
            if (holds == keep) {
                kept.add(element);
            }
        }
        return kept;
    }

    private static String name(Arguments given, String what) {
        if (given.positional().get(0) instanceof String name) {
            return name;
        }
        throw new JinjaException(given.what() + ": the name of a " + what + " is "
                + Values.type(given.positional().get(0)) + ", not a string");
    }

    /** Applies a filter inside another: {@code map('map', 'map', ...)} nests as expressions do. */
    private static Object nested(Budget budget, Supplier<Object> work) {
        budget.enter();
        Object result = work.get();
        budget.leave();
        return result;
    }
}
