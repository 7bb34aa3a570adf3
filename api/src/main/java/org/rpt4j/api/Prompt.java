package org.rpt4j.api;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A prompt to generate from. Immutable by convention: the array is not copied, so do not modify it.
 *
 * @since 0.1.0
 */
public final class Prompt {

    private final long id;
    private final int[] tokens;

    /**
     * Wraps the array without copying it.
     *
     * @param id id of the group sampled from this prompt. It is part of every random key, so two prompts in one call
     *     need different ids even if their tokens are equal
     * @param tokens token ids, [T], at least one
     * @throws IllegalArgumentException if there is no token
     */
    public Prompt(long id, int[] tokens) {
        Objects.requireNonNull(tokens, "tokens");
        if (tokens.length == 0) {
            throw new IllegalArgumentException("prompt " + id + " is empty; a model needs at least one token");
        }
        this.id = id;
        this.tokens = tokens;
    }

    /**
     * Id of the group sampled from this prompt. It is part of every random key, so two prompts in one call need
     * different ids even if their tokens are equal.
     */
    public long id() {
        return id;
    }

    /** Token ids, [T], at least one. */
    public int[] tokens() {
        return tokens;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Prompt that && id == that.id && Arrays.equals(tokens, that.tokens);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, Arrays.hashCode(tokens));
    }

    @Override
    public String toString() {
        return "Prompt[id " + id + ", " + tokens.length + " tokens]";
    }
}
