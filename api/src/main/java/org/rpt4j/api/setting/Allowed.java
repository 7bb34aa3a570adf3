package org.rpt4j.api.setting;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which values a setting may have.
 *
 * @param type class of the values
 * @param words which of them are allowed; empty for all
 * @param range of a number; null for any, and for what is no number
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
