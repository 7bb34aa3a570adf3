package org.rpt4j.api;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A prompt to generate from. Immutable by agreement: the array is not copied, do not write into it. */
public final class Prompt {

    private final long id;
    private final int[] tokens;

    /**
     * Keeps the array.
     *
     * @param id identity of the group that grows from it: part of every random key, so two prompts of one call must
     *     differ in it even where their tokens agree
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
     * Identity of the group that grows from it: part of every random key, so two prompts of one call must differ in it
     * even where their tokens agree.
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
