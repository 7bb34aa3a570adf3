package org.rpt4j.answers.compare;

/** An answer that cannot be read as mathematics, or exceeds a limit. Has no stack trace: it is an ordinary outcome. */
final class UnreadableAnswer extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String reason;

    /** @param reason why, as the reason of a {@link Judgement} */
    UnreadableAnswer(String reason) {
        super(reason, null, false, false);
        this.reason = reason;
    }

    String reason() {
        return reason;
    }
}
