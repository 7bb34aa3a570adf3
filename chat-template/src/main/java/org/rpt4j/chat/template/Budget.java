package org.rpt4j.chat.template;

import java.util.List;
import java.util.Map;

/**
 * The work that a rendering may still do, counted in units: an evaluated node, and a character or element that is read
 * or written, is one each. What stays in memory costs more: an element of a new list {@value #ELEMENT}, a scope
 * {@value #SCOPE}. Every operation is charged before it runs and takes a time that is linear in its charge, so the
 * limit of units is a limit of time and of memory. Each charge also notices an interrupt.
 */
final class Budget {

    /** Maximum number of characters or elements in any value, including the output. */
    static final int MAX_LENGTH = 1 << 18;

    /** Units of an element or entry in a new list or dictionary. */
    static final int ELEMENT = 8;

    /** Units of a scope with its variables, or of another object. */
    static final int SCOPE = 32;

    /** Maximum nesting of lists and dictionaries in a value that is printed or compared. */
    private static final int MAX_DEPTH = 200;

    /** Maximum nesting of macro calls. */
    private static final int MAX_CALLS = 64;

    /** Maximum nesting of expressions and tags, over all macro calls. */
    private static final int MAX_LEVELS = 500;

    private static final long UNITS = 10_000_000;

    private long left = UNITS;
    private int calls;
    private int levels;

    void spend(long units) {
        JinjaInterruptedException.check();
        left -= units;
        if (left < 0) {
            throw new JinjaException("the template exceeds the limit of work (" + UNITS + " units)");
        }
    }

    /** Charges a list or dictionary before it is built. */
    void spendOnElements(long elements) {
        spend((long) ELEMENT * checkedLength(elements));
    }

    /** Charges the characters or elements of a value that an operation reads. */
    void spendOnReading(Object value) {
        spend(size(value));
    }

    /** Begins an expression or tag inside another; no template can overflow the stack. */
    void enter() {
        if (++levels > MAX_LEVELS) {
            throw new JinjaException("the template nests too deeply (more than " + MAX_LEVELS + " levels)");
        }
        spend(1);
    }

    void leave() {
        levels--;
    }

    void enterCall() {
        if (++calls > MAX_CALLS) {
            throw new JinjaException("macros call each other more than " + MAX_CALLS + " levels deep");
        }
        spend(SCOPE);
    }

    void leaveCall() {
        calls--;
    }

    /** Rejects a value before it is built. */
    static int checkedLength(long length) {
        if (length > MAX_LENGTH) {
            throw new JinjaException(
                    "a value of " + length + " characters or elements exceeds the limit (" + MAX_LENGTH + ")");
        }
        return (int) length;
    }

    /** Returns the depth of the elements of a value that has this depth itself. */
    static int deeper(int depth) {
        if (depth >= MAX_DEPTH) {
            throw new JinjaException("a value is nested too deeply (more than " + MAX_DEPTH + " levels)");
        }
        return depth + 1;
    }

    private static long size(Object value) {
        if (value instanceof String text) {
            return text.length();
        }
        if (value instanceof List<?> list) {
            return list.size();
        }
        return value instanceof Map<?, ?> map ? map.size() : 0;
    }
}
