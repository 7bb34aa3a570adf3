package org.rpt4j.run.config.key;

import java.util.List;
import org.rpt4j.api.Device;
import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;

/** Derives the type of a key from the setting it refers to. */
final class ValueTypes {

    private static final Range ANY = new Range(Double.NEGATIVE_INFINITY, true, Double.POSITIVE_INFINITY, true);

    private ValueTypes() {}

    /**
     * Returns how the values of a setting are parsed and formatted.
     *
     * @throws IllegalArgumentException if there is no standard type for its value class
     */
    @SuppressWarnings("unchecked")
    static <T> ValueType<T> of(Setting<T> setting) {
        return new Checked<>((ValueType<T>) ofClass(setting), setting);
    }

    private static ValueType<?> ofClass(Setting<?> setting) {
        Class<?> type = setting.type();
        Range range = setting.range().orElse(ANY);
        if (type == Integer.class) {
            return Numbers.whole(range);
        } else if (type == Long.class) {
            return Numbers.wholeLong(range);
        } else if (type == Double.class) {
            return Numbers.real(range);
        } else if (type == Boolean.class) {
            return Texts.FLAG;
        } else if (type == String.class) {
            return setting.allowed().isEmpty() ? Texts.ANY : Texts.NAME;
        } else if (type == Device.class) {
            return Texts.DEVICE;
        } else if (type.isEnum()) {
            return oneOf(type);
        }
        throw new IllegalArgumentException(setting + " has values of " + type + ": give the key a type of its own");
    }

    private static ValueType<?> oneOf(Class<?> type) {
        return Texts.oneOf(List.of(type.getEnumConstants()), constant -> ((Enum<?>) constant).name());
    }

    /** Restricts the range of a number. */
    @SuppressWarnings("unchecked")
    static <T> ValueType<T> within(Range range, ValueType<T> whole) {
        return (ValueType<T>)
                (whole instanceof Checked<T> checked && checked.setting().type() == Integer.class
                        ? Numbers.whole(range)
                        : Numbers.real(range));
    }

    /** Rejects values that the class permits but the setting does not. */
    private record Checked<T>(ValueType<T> type, Setting<T> setting) implements ValueType<T> {

        @Override
        public T parse(String text) {
            return check(type.parse(text), text);
        }

        @Override
        public T parse(List<String> elements) {
            return check(type.parse(elements), elements);
        }

        private T check(T value, Object found) {
            if (!setting.allows(value)) {
                throw new IllegalArgumentException("\"" + found + "\" is not " + setting.allowed());
            }
            return value;
        }

        @Override
        public String format(T value) {
            return type.format(value);
        }

        @Override
        public String describe() {
            return type.describe();
        }
    }
}
