package org.rpt4j.chat.template;

/** The work that a rendering may still do. One unit is one evaluated node, or one character or element produced. */
final class Budget {

    /** Maximum number of characters or elements in any value, including the output. */
    static final int MAX_LENGTH = 1 << 18;

    /** Maximum nesting of macro calls. */
    static final int MAX_CALLS = 64;

    private static final long UNITS = 2_000_000;

    private long left = UNITS;
    private int calls;

    void spend(long units) {
        left -= units;
        if (left < 0) {
            throw new JinjaException("the template exceeds the limit of work (" + UNITS + " units)");
        }
    }

    void enterCall() {
        if (++calls > MAX_CALLS) {
            throw new JinjaException("macros call each other more than " + MAX_CALLS + " levels deep");
        }
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
}
