package org.rpt4j.chat.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Functions available in every template. The clock ({@code strftime_now}) is left out so that a prompt does not change
 * from day to day; templates that use it check whether it is defined.
 */
final class Globals {

    private Globals() {}

    static Map<String, Object> functions() {
        return Map.of(
                "namespace", (Callable) call -> new Attributes.Namespace(call.named()),
                "dict", (Callable) call -> new LinkedHashMap<Object, Object>(call.named()),
                "range", (Callable) Globals::range,
                "raise_exception",
                        (Callable) call -> {
                            throw new JinjaException("the template itself reports: " + call.string(0, "message"));
                        });
    }

    private static Object range(Arguments call) {
        boolean oneBound = call.count() == 1;
        int start = oneBound ? 0 : call.integer(0, "start", 0);
        int stop = oneBound ? call.integer(0, "stop", 0) : call.integer(1, "stop", 0);
        int step = call.integer(2, "step", 1);
        if (step == 0) {
            throw new JinjaException("the step of a range is 0");
        }
        long count = Math.max(0, Math.floorDiv((long) stop - start + step - Integer.signum(step), step));
        call.frame().budget().spend(Budget.checkedLength(count));
        List<Object> numbers = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            numbers.add(start + i * step);
        }
        return numbers;
    }
}
