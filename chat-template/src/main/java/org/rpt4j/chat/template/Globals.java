package org.rpt4j.chat.template;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Functions available in every template. The clock {@code strftime_now} stands still at a time that the caller gives,
 * so that a prompt does not change from day to day. Without one it is undefined, which templates check.
 */
final class Globals {

    private Globals() {}

    static Map<String, Object> functions(@Nullable LocalDateTime now) {
        Map<String, Object> functions = new HashMap<>();
        functions.put("namespace", (Callable) call -> new Attributes.Namespace(dictionary(call.as("namespace"))));
        functions.put("dict", (Callable) call -> dictionary(call.as("dict")));
        functions.put("range", (Callable) call -> range(call.as("range")));
        functions.put("joiner", (Callable) call -> joiner(call.as("joiner")));
        functions.put("raise_exception", (Callable) call -> {
            Parameters given = Signature.of("message").bind(call.as("raise_exception"));
            given.required("message");
            throw new JinjaException("the template itself reports: " + given.text("message", ""));
        });
        if (now != null) {
            functions.put("strftime_now", (Callable) call -> {
                Parameters given = Signature.of("format").bind(call.as("strftime_now"));
                return DateText.of(now, given.string("format"), call.budget());
            });
        }
        return functions;
    }

    /** A dictionary from another one, or from pairs, and from named arguments. */
    private static Map<Object, Object> dictionary(Arguments call) {
        if (call.positional().size() > 1) {
            throw new JinjaException(
                    call.what() + " has " + call.positional().size() + " positional arguments; at most 1 is supported");
        }
        Budget budget = call.budget();
        budget.spend(Budget.SCOPE);
        Map<Object, Object> entries = new LinkedHashMap<>();
        for (Object source : call.positional()) {
            if (source instanceof Map<?, ?> map) {
                entries = Methods.copy(map, budget);
                continue;
            }
            for (Object element : Values.elements(source, budget)) {
                List<Object> pair = Values.elements(element, budget);
                if (pair.size() != 2) {
                    throw new JinjaException(call.what() + ": an element has length " + pair.size() + ", not 2");
                }
                budget.spendOnElements(2);
                Keys.put(entries, pair.get(0), pair.get(1), budget);
            }
        }
        budget.spendOnElements(2L * call.named().size());
        entries.putAll(call.named());
        return entries;
    }

    private static Object range(Arguments call) {
        Parameters given = Signature.positional("start stop step").bind(call);
        boolean oneBound = call.count() == 1;
        given.required("start");
        int start = oneBound ? 0 : given.integer("start", 0);
        int stop = given.integer(oneBound ? "start" : "stop", 0);
        int step = given.integer("step", 1);
        if (step == 0) {
            throw new JinjaException("the step of a range is 0");
        }
        long count = Math.max(0, Math.floorDiv((long) stop - start + step - Integer.signum(step), step));
        call.budget().spendOnElements(count);
        List<Object> numbers = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            numbers.add(start + i * step);
        }
        return Sequence.range("range(" + start + ", " + stop + (step == 1 ? "" : ", " + step) + ")", numbers);
    }

    /** A function that returns nothing at its first call, and then the separator. */
    private static Object joiner(Arguments call) {
        String separator = Signature.of("sep").bind(call).text("sep", ", ");
        boolean[] used = new boolean[1];
        return (Callable) next -> {
            Signature.of("").bind(next.as("the joiner"));
            String text = used[0] ? separator : "";
            used[0] = true;
            return text;
        };
    }
}
