package org.rpt4j.chat.template;

import java.util.List;

/**
 * A filter, test or method: its parameters and what it does. This is where they are charged: the value and the
 * arguments are charged as read before the work begins. What an operation writes, or reads more than once, it charges
 * itself.
 *
 * @param <T> type of the value that it is applied to
 * @param signature its parameters
 * @param readsAll whether it reads the whole value; otherwise its work does not depend on the value's size
 * @param body what it does
 */
record Operation<T>(Signature signature, boolean readsAll, Body<T> body) {

    /** What an operation does with its value and its arguments. */
    @FunctionalInterface
    interface Body<T> {
        Object apply(T value, Parameters given);
    }

    static <T> Operation<T> of(String parameters, Body<T> body) {
        return new Operation<>(Signature.of(parameters), true, body);
    }

    static <T> Operation<T> positional(String parameters, Body<T> body) {
        return new Operation<>(Signature.positional(parameters), true, body);
    }

    /** An operation whose work does not depend on the size of its value. */
    static <T> Operation<T> constant(String parameters, Body<T> body) {
        return new Operation<>(Signature.of(parameters), false, body);
    }

    Object apply(T value, Arguments given) {
        Budget budget = given.budget();
        budget.spend(1);
        if (readsAll) {
            budget.spendOnReading(value);
        }
        List<Object> positional = given.positional();
        positional.forEach(budget::spendOnReading);
        given.named().values().forEach(budget::spendOnReading);
        return body.apply(value, signature.bind(given));
    }
}
