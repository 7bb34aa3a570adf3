package org.rpt4j.spi.http;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.Printable;
import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;

/**
 * How requests are sent. Immutable and thread-safe.
 *
 * @param requests most at a time
 * @param timeout of a request with its answer
 * @param connectTimeout of a connection
 * @param retries after the first try of a request
 * @param firstWait before the first retry; it doubles with each
 * @param longestWait between two tries
 */
public record RequestSettings(
        int requests,
        Duration timeout,
        Duration connectTimeout,
        int retries,
        Duration firstWait,
        Duration longestWait) {

    private static final int DAY = 24 * 60 * 60;

    public static final Setting<Integer> REQUESTS =
            Setting.whole("requests", Range.between(1, 256)).or(4);
    public static final Setting<Integer> TIMEOUT =
            Setting.whole("timeout", Range.between(1, DAY)).in("seconds").or(600);
    public static final Setting<Integer> CONNECT_TIMEOUT = Setting.whole("connect-timeout", Range.between(1, DAY))
            .in("seconds")
            .or(10);
    public static final Setting<Integer> RETRIES =
            Setting.whole("retries", Range.between(0, 1000)).or(6);
    public static final Setting<Integer> FIRST_WAIT =
            Setting.whole("first-wait", Range.between(0, DAY)).in("seconds").or(1);
    public static final Setting<Integer> LONGEST_WAIT =
            Setting.whole("longest-wait", Range.between(0, DAY)).in("seconds").or(60);

    /** Every setting by name. */
    public static final List<Setting<Integer>> ALL =
            List.of(REQUESTS, TIMEOUT, CONNECT_TIMEOUT, RETRIES, FIRST_WAIT, LONGEST_WAIT);

    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,9}");

    /**
     * Reads the settings.
     *
     * @param values text of a setting by its name; null where it is not given
     * @param names how the user writes the name of a setting
     * @throws IllegalArgumentException if a value is no whole number in the range of its setting
     */
    public static RequestSettings read(Function<String, @Nullable String> values, Function<String, String> names) {
        Map<Setting<Integer>, Integer> read = new LinkedHashMap<>();
        for (Setting<Integer> setting : ALL) {
            @Nullable String text = values.apply(setting.name());
            read.put(setting, text == null ? setting.byDefault() : parse(setting, text, names.apply(setting.name())));
        }
        return new RequestSettings(
                get(read, REQUESTS),
                Duration.ofSeconds(get(read, TIMEOUT)),
                Duration.ofSeconds(get(read, CONNECT_TIMEOUT)),
                get(read, RETRIES),
                Duration.ofSeconds(get(read, FIRST_WAIT)),
                Duration.ofSeconds(get(read, LONGEST_WAIT)));
    }

    private static int get(Map<Setting<Integer>, Integer> read, Setting<Integer> setting) {
        return read.getOrDefault(setting, setting.byDefault());
    }

    private static int parse(Setting<Integer> setting, String text, String name) {
        if (NUMBER.matcher(text).matches() && setting.allows(Integer.valueOf(text))) {
            return Integer.parseInt(text);
        }
        String unit = setting.unit().isEmpty() ? "" : " of " + setting.unit();
        throw new IllegalArgumentException("the setting " + name + " is \"" + Printable.line(text)
                + "\", must be a whole number" + unit + ", " + setting.allowed() + ".");
    }
}
