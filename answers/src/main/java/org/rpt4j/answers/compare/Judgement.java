package org.rpt4j.answers.compare;

/**
 * Whether a predicted answer means what the known one means.
 *
 * @param outcome equal, different, or not decided
 * @param reason why, as lower-case words joined by hyphens, such as {@code wrong-answer} or {@code not-a-number}: the
 *     name of a {@link org.rpt4j.api.RewardReason}
 * @since 0.1.0
 */
public record Judgement(Outcome outcome, String reason) {

    /** The answers mean the same. */
    public static final Judgement EQUAL = new Judgement(Outcome.EQUAL, "right-answer");

    /** The answers mean different things. */
    public static final Judgement DIFFERENT = different("wrong-answer");

    /** Different, for a reason of its own. */
    public static Judgement different(String reason) {
        return new Judgement(Outcome.DIFFERENT, reason);
    }

    /** Not decided. */
    public static Judgement undecided(String reason) {
        return new Judgement(Outcome.UNDECIDED, reason);
    }

    /** Whether the answers mean the same. */
    public boolean isEqual() {
        return outcome == Outcome.EQUAL;
    }

    /** Whether it was decided. */
    public boolean isDecided() {
        return outcome != Outcome.UNDECIDED;
    }

    /**
     * What a comparison found.
     *
     * @since 0.1.0
     */
    public enum Outcome {
        /** Both answers mean the same. */
        EQUAL,
        /** They mean different things, or the predicted one means nothing. */
        DIFFERENT,
        /** Neither could be shown. It is no wrong answer. */
        UNDECIDED
    }
}
