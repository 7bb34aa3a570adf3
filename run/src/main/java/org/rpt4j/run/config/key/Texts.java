package org.rpt4j.run.config.key;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.IllformedLocaleException;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.rpt4j.api.Device;

/**
 * Text types for keys: words, names and paths.
 *
 * @since 0.1.0
 */
public final class Texts {

    /** Any nonempty text; white space counts. */
    public static final ValueType<String> ANY = new Textual<>("text", text -> text, text -> text);

    /** A nonblank text. */
    public static final ValueType<String> NAME = new Textual<>("name", Texts::notBlank, text -> text);

    /** A file, or a glob that matches several. */
    public static final ValueType<String> GLOB = new Textual<>("file or glob", Texts::glob, text -> text);

    /** A regular expression of {@link Pattern}. */
    public static final ValueType<String> PATTERN = new Textual<>("regular expression", Texts::pattern, text -> text);

    /** A path; relative paths start at the working directory of the process. */
    public static final ValueType<Path> PATH = new Textual<>("path", Texts::path, Path::toString);

    /** {@code true} or {@code false}. */
    public static final ValueType<Boolean> FLAG = new Textual<>("true or false", Texts::flag, String::valueOf);

    /** A date of the calendar. */
    public static final ValueType<LocalDate> DATE =
            new Textual<>("date, such as 2026-03-31", Texts::date, LocalDate::toString);

    /** A language, with or without a country. */
    public static final ValueType<Locale> LOCALE =
            new Textual<>("language tag, such as en or pt-BR", Texts::locale, Locale::toLanguageTag);

    /** A variable of a template and its value, which {@link #value} reads. */
    public static final ValueType<String> ASSIGNMENT = new Textual<>("name=value", Texts::assignment, text -> text);

    /** An option of an implementation that is chosen by name, and its value, which {@link #option} reads. */
    public static final ValueType<String> OPTION = new Textual<>("name=value", Texts::assignedOption, text -> text);

    /** The compute device. */
    public static final ValueType<Device> DEVICE =
            new Textual<>("cpu, cuda or cuda:N", Device::parse, Device::toString);

    private static final Pattern ASSIGNED = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*=.*", Pattern.DOTALL);
    private static final Pattern OPTION_SET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*=.*", Pattern.DOTALL);
    private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]{1,18}");
    private static final Pattern DECIMAL = Pattern.compile("[-+]?[0-9]+\\.[0-9]+");

    private Texts() {}

    /** The constants of an enumeration, ignoring case; {@code -} may replace {@code _}. */
    public static <E extends Enum<E>> ValueType<E> oneOf(Class<E> type) {
        return oneOf(List.of(type.getEnumConstants()), Enum::name);
    }

    /** Named values, ignoring case. */
    public static <T> ValueType<T> oneOf(List<T> values, Function<T, String> name) {
        List<String> names = values.stream().map(name).toList();
        return new Textual<>(
                String.join(", ", names),
                text -> values.stream()
                        .filter(value -> plain(name.apply(value)).equals(plain(text)))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("\"" + text + "\" is not one of "
                                + String.join(", ", names) + Suggestion.sentence(text, names))),
                name);
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace('-', '_');
    }

    /** A text of at most some characters, which may be empty. */
    public static ValueType<String> upTo(int characters) {
        return new Short(characters);
    }

    private record Short(int characters) implements ValueType<String> {

        @Override
        public String parse(String text) {
            if (text.length() > characters) {
                throw new IllegalArgumentException(
                        "the text has " + text.length() + " characters, must be: " + describe());
            }
            return text;
        }

        @Override
        public String format(String value) {
            return value;
        }

        @Override
        public String describe() {
            return "text of at most " + characters + " characters, or none";
        }
    }

    private static String notBlank(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("\"" + text + "\" is blank, must be a name");
        }
        return text;
    }

    private static String glob(String text) {
        if (text.chars().filter(c -> c == '{').count()
                != text.chars().filter(c -> c == '}').count()) {
            throw new IllegalArgumentException("\"" + text + "\" has an unbalanced brace. Commas separate list"
                    + " elements; inside braces write \\,");
        }
        return notBlank(text);
    }

    private static String pattern(String text) {
        try {
            Pattern.compile(notBlank(text));
            return text;
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not a regular expression: " + e.getDescription());
        }
    }

    private static Path path(String text) {
        try {
            return Path.of(notBlank(text));
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not a path: " + e.getReason() + encoding(text), e);
        }
    }

    private static String encoding(String text) {
        return text.chars().allMatch(c -> c < 0x80)
                ? ""
                : ". This Java reads file names as " + System.getProperty("sun.jnu.encoding")
                        + "; set a UTF-8 locale, such as LC_ALL=C.UTF-8";
    }

    private static LocalDate date(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not a date such as 2026-03-31", e);
        }
    }

    private static Locale locale(String text) {
        try {
            return new Locale.Builder().setLanguageTag(text).build();
        } catch (IllformedLocaleException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not a language tag such as en or pt-BR", e);
        }
    }

    private static String assignment(String text) {
        if (!ASSIGNED.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a name and a value, such as enable_thinking=false");
        }
        return text;
    }

    private static String assignedOption(String text) {
        if (!OPTION_SET.matcher(text).matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is not a name and a value, such as time-limit=5");
        }
        return text;
    }

    /** Returns the value in an {@link #OPTION}, as it stands there. */
    public static String option(String assignment) {
        return assignment.substring(assignment.indexOf('=') + 1);
    }

    /** Returns the name in an {@link #ASSIGNMENT} or an {@link #OPTION}. */
    public static String name(String assignment) {
        return assignment.substring(0, assignment.indexOf('='));
    }

    /** Returns the value in an {@link #ASSIGNMENT}: a boolean, a number, or otherwise a text, with or without quotes. */
    public static Object value(String assignment) {
        String value = assignment.substring(assignment.indexOf('=') + 1);
        if (value.equals("true") || value.equals("false")) {
            return value.equals("true");
        }
        if (WHOLE.matcher(value).matches()) {
            return Long.valueOf(value);
        }
        if (DECIMAL.matcher(value).matches()) {
            return Double.valueOf(value);
        }
        boolean quoted = value.length() > 1 && value.startsWith("'") && value.endsWith("'");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    private static boolean flag(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw new IllegalArgumentException("\"" + text
                        + "\" is neither true nor false; yes, no, on, off, 1 and 0 are not read, because formats"
                        + " disagree on their meaning");
        };
    }

    private record Textual<T>(String describe, Function<String, T> parser, Function<T, String> formatter)
            implements ValueType<T> {

        @Override
        public T parse(String text) {
            if (text.isEmpty()) {
                throw new IllegalArgumentException("\"\" is empty, must be: " + describe);
            }
            return parser.apply(text);
        }

        @Override
        public String format(T value) {
            return formatter.apply(value);
        }
    }
}
