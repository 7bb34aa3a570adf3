package org.rpt4j.api.setting;

import org.jspecify.annotations.Nullable;

/**
 * A setting with its value in one particular case.
 *
 * @param setting the setting
 * @param value the value; null for none
 * @since 0.1.0
 */
public record Assigned(Setting<?> setting, @Nullable Object value) {

    /** In words, such as {@code groupSize is 8}. */
    public String describe() {
        return setting.property() + " is " + (value instanceof CharSequence text ? "\"" + text + "\"" : value);
    }

    /** For example {@code groupSize=8}. */
    @Override
    public String toString() {
        return setting.property() + "=" + value;
    }
}
