package org.rpt4j.api;

/**
 * A prompt to generate from.
 *
 * @param id identity of the group that grows from it: part of every random key, so two prompts of one call must differ in
 *     it even where their tokens agree
 * @param tokens token ids, at least one; not copied
 */
public record Prompt(long id, int[] tokens) {

    public Prompt {
        if (tokens.length == 0) {
            throw new IllegalArgumentException("prompt " + id + " is empty; a model needs at least one token");
        }
    }
}
