package org.rpt4j.chat.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A macro, or the content of a {@code call} tag.
 *
 * @param name its name
 * @param parameters its parameters
 * @param uses which of {@link #COLLECTED} its body reads; a macro accepts further arguments only if it does
 * @param body what it writes
 * @param scope the scope that it was defined in
 */
record Macro(String name, List<Parameter> parameters, Set<String> uses, Statement body, Frame scope)
        implements Callable, Attributes {

    /** The variables that hold what no parameter takes, and the content of the tag {@code call}. */
    static final Set<String> COLLECTED = Set.of("varargs", "kwargs", "caller");

    /** A parameter, and its value if the caller gives none. */
    record Parameter(String name, @Nullable Expression otherwise) {}

    @Override
    public @Nullable Object attribute(String attribute) {
        return switch (attribute) {
            case "name" -> name;
            case "arguments" ->
                Sequence.tuple(parameters.stream().<Object>map(Parameter::name).toList());
            case "catch_varargs" -> uses.contains("varargs");
            case "catch_kwargs" -> uses.contains("kwargs");
            case "caller" -> uses.contains("caller");
            default -> null;
        };
    }

    @Override
    public Object call(Arguments given) {
        Budget budget = given.budget();
        budget.enterCall();
        Frame frame = scope.child();
        bind(frame, given);
        BoundedText text = new BoundedText(budget);
        body.run(frame, text);
        budget.leaveCall();
        return text.toString();
    }

    private void bind(Frame frame, Arguments given) {
        Map<String, Object> named = new LinkedHashMap<>(given.named());
        List<Object> positional = given.positional();
        List<Parameter> open = new ArrayList<>();
        for (int i = 0; i < parameters.size(); i++) {
            Parameter parameter = parameters.get(i);
            if (i < positional.size()) {
                frame.set(parameter.name(), positional.get(i));
            } else if (named.containsKey(parameter.name())) {
                frame.set(parameter.name(), named.remove(parameter.name()));
            } else {
                open.add(parameter);
            }
        }
        for (Parameter parameter : open) {
            Expression otherwise = parameter.otherwise();
            frame.set(parameter.name(), otherwise == null ? new Undefined(parameter.name()) : otherwise.eval(frame));
        }
        collect(frame, named, given.from(parameters.size()).positional());
    }

    private void collect(Frame frame, Map<String, Object> named, List<Object> positional) {
        if (uses.contains("caller")) {
            Object caller = named.remove("caller");
            frame.set("caller", caller == null ? new Undefined("caller") : caller);
        }
        if (uses.contains("kwargs")) {
            frame.set("kwargs", new LinkedHashMap<Object, Object>(named));
        } else if (!named.isEmpty()) {
            throw new JinjaException("macro " + name + " has no parameter \""
                    + named.keySet().iterator().next() + "\", or it is given twice");
        }
        if (uses.contains("varargs")) {
            frame.set("varargs", Sequence.tuple(positional));
        } else if (!positional.isEmpty()) {
            throw new JinjaException("macro " + name + " has " + parameters.size() + " parameters but is called with "
                    + (parameters.size() + positional.size()) + " arguments");
        }
    }
}
