package org.rpt4j.cli;

import java.util.Optional;

/**
 * Whether the arguments are what was typed. Java reads them in the encoding of the locale. What that lacks becomes
 * U+FFFD without a word, and in the locale C that is every character outside of ASCII.
 */
final class ArgumentText {

    private static final char REPLACEMENT = '\uFFFD';

    private ArgumentText() {}

    /** What is wrong with the first argument that is not what was typed, and what to do. */
    static Optional<String> problem(String[] arguments, String encoding) {
        for (int i = 0; i < arguments.length; i++) {
            if (!isComplete(arguments[i])) {
                return Optional.of("Argument " + (i + 1) + " (" + arguments[i]
                        + ") has characters that this Java cannot read: it reads arguments as " + encoding
                        + ", as the locale says. Set a UTF-8 locale, such as LC_ALL=C.UTF-8, and type the argument in"
                        + " UTF-8.");
            }
        }
        return Optional.empty();
    }

    private static boolean isComplete(String argument) {
        return argument.codePoints()
                .allMatch(character -> character != REPLACEMENT && Character.getType(character) != Character.SURROGATE);
    }
}
