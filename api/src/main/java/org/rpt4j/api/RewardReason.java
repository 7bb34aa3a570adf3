package org.rpt4j.api;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Why a rollout got its reward. Every reward has a reason, and runs report the count of each. The built-in reasons are
 * constants; a custom verifier creates its own with {@link #of}. Equal by name; ordered by constants first, then by
 * name. Thread-safe.
 *
 * @since 0.1.0
 */
public final class RewardReason implements Comparable<RewardReason> {

    private static final List<RewardReason> CONSTANTS = new ArrayList<>();
    private static final Pattern OWN = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
    private static final int LONGEST = 64;
    /** The name under which abstentions are counted beside the reasons. */
    private static final String ABSTAINED = "abstained";

    /** The prediction is a prefix of the continuation and ends on a token boundary. */
    public static final RewardReason HIT = constant("HIT");
    /** The prediction differs from the continuation. */
    public static final RewardReason NOT_PREFIX = constant("NOT_PREFIX");
    /** The prediction is a prefix of the continuation but ends inside a token. */
    public static final RewardReason OFF_BOUNDARY = constant("OFF_BOUNDARY");
    /** The box is empty. */
    public static final RewardReason EMPTY = constant("EMPTY");
    /** The thought never ended. */
    public static final RewardReason NO_THINK_END = constant("NO_THINK_END");
    /** Nothing stands before the box, where a thought was asked for. */
    public static final RewardReason NO_THOUGHT = constant("NO_THOUGHT");
    /** No box follows the thought. */
    public static final RewardReason NO_BOX = constant("NO_BOX");
    /** The last box was never closed. */
    public static final RewardReason UNBALANCED = constant("UNBALANCED");
    /** The rollout reached the token limit before the box was closed. */
    public static final RewardReason TRUNCATED = constant("TRUNCATED");
    /** A custom verifier gave the reward without naming a reason. */
    public static final RewardReason CUSTOM = constant("CUSTOM");

    private final String name;
    private final int rank;

    private RewardReason(String name, int rank) {
        this.name = name;
        this.rank = rank;
    }

    private static RewardReason constant(String name) {
        RewardReason reason = new RewardReason(name, CONSTANTS.size());
        CONSTANTS.add(reason);
        return reason;
    }

    /** The constants, in their order. */
    public static List<RewardReason> constants() {
        return Collections.unmodifiableList(CONSTANTS);
    }

    /**
     * A custom reason.
     *
     * @param name lower-case words of letters and digits joined by hyphens, such as {@code unit-mismatch}; at most 64
     *     characters
     * @throws IllegalArgumentException for any other name, and for the lower-case form of a constant
     */
    public static RewardReason of(String name) {
        if (name.length() > LONGEST || !OWN.matcher(name).matches()) {
            throw new IllegalArgumentException("the reward reason \"" + name + "\" is not a name: use lower case words"
                    + " joined by hyphens, at most " + LONGEST + " characters, such as \"unit-mismatch\"");
        }
        String constant = name.replace('-', '_').toUpperCase(Locale.ROOT);
        if (CONSTANTS.stream().anyMatch(known -> known.name.equals(constant))) {
            throw new IllegalArgumentException("the reward reason \"" + name + "\" is reserved: use RewardReason."
                    + constant + ", or another name");
        }
        if (name.equals(ABSTAINED)) {
            throw new IllegalArgumentException("the reward reason \"" + name
                    + "\" is reserved: a verifier that cannot judge returns Verdict.Abstained");
        }
        return new RewardReason(name, CONSTANTS.size());
    }

    /** The reason for a completion without a prediction. */
    public static RewardReason of(MissingReason reason) {
        return switch (reason) {
            case NO_THINK_END -> NO_THINK_END;
            case NO_THOUGHT -> NO_THOUGHT;
            case NO_BOX -> NO_BOX;
            case UNBALANCED -> UNBALANCED;
            case TRUNCATED -> TRUNCATED;
        };
    }

    /**
     * The reason with a recorded {@link #name()}: a constant or a custom reason.
     *
     * @throws IllegalArgumentException if the name is not valid for a reason
     */
    public static RewardReason valueOf(String name) {
        for (RewardReason constant : CONSTANTS) {
            if (constant.name.equals(name)) {
                return constant;
            }
        }
        return of(name);
    }

    /** The name under which the reason is counted and recorded, such as {@code NOT_PREFIX} or {@code unit-mismatch}. */
    public String name() {
        return name;
    }

    /** Whether this is one of the constants. */
    public boolean isConstant() {
        return rank < CONSTANTS.size();
    }

    @Override
    public int compareTo(RewardReason other) {
        return rank == other.rank ? name.compareTo(other.name) : Integer.compare(rank, other.rank);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RewardReason reason && name.equals(reason.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
