package org.rpt4j.spi;

import java.util.Locale;
import org.rpt4j.api.TokenCodec;

/**
 * What a provider gets when it makes a kind of tasks. Immutable and thread-safe if the tokenizer is.
 *
 * @param tokenizer the policy's
 * @param limits how much text a task has
 * @param seed of every random choice
 * @param locale language of the texts, for the ends of sentences and words
 * @param options of the kind by name, as the application gave them; empty if there are none
 * @since 0.1.0
 */
public record TaskKindContext(TokenCodec tokenizer, Limits limits, long seed, Locale locale, TaskKindOptions options) {

    /**
     * How much text a task has.
     *
     * @param minContextTokens smallest number of tokens before the gap
     * @param maxContextTokens largest number of tokens before the gap; older ones are cut off
     * @param maxAfterTokens largest number of tokens after the gap
     * @param continuationTokens largest number of tokens of the truth
     * @param tasksPerDocument largest number of tasks of one document
     */
    public record Limits(
            int minContextTokens,
            int maxContextTokens,
            int maxAfterTokens,
            int continuationTokens,
            int tasksPerDocument) {

        public Limits {
            requirePositive("minContextTokens", minContextTokens);
            requirePositive("maxContextTokens", maxContextTokens);
            requirePositive("maxAfterTokens", maxAfterTokens);
            requirePositive("continuationTokens", continuationTokens);
            requirePositive("tasksPerDocument", tasksPerDocument);
        }

        private static void requirePositive(String name, int value) {
            if (value < 1) {
                throw new IllegalArgumentException(name + " is " + value + ", must be positive");
            }
        }
    }
}
