package org.rpt4j.chat.template;

/** What a rendering may still spend. One unit is one evaluated node, or one character or element that is produced. */
final class Budget {

    /** Most characters or elements of any one value, the output included. */
    static final int MAX_LENGTH = 1 << 18;

    /** Most nested calls of macros. */
    static final int MAX_CALLS = 64;

    private static final long UNITS = 2_000_000;

    private long left = UNITS;
    private int calls;

    void spend(long units) {
        left -= units;
        if (left < 0) {
            throw new JinjaException("the template does more work than is allowed (" + UNITS + " units)");
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

    /** Refuses a value before it is built. */
    static int checkedLength(long length) {
        if (length > MAX_LENGTH) {
            throw new JinjaException(
                    "a value of " + length + " characters or elements is longer than is allowed (" + MAX_LENGTH + ")");
        }
        return (int) length;
    }
}
