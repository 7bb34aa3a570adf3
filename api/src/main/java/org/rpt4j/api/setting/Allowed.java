package org.rpt4j.api.setting;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The allowed values of a setting.
 *
 * @param type class of the values
 * @param words which values are allowed, in words; empty for all
 * @param range range of a number; null for any number and for other types
 * @param test whether a value is allowed
 */
record Allowed<T>(
        Class<? super T> type, String words, @Nullable Range range, Predicate<T> test) {

    static <T> Allowed<T> any(Class<? super T> type) {
        return new Allowed<>(type, "", null, value -> true);
    }

    static <T extends Number> Allowed<T> in(Class<T> type, Range range) {
        return new Allowed<>(type, range.describe(), range, value -> range.contains(value.doubleValue()));
    }

    Allowed<T> only(String newWords, Predicate<T> newTest) {
        return new Allowed<>(type, newWords, range, newTest);
    }
}
