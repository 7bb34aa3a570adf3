package org.rpt4j.core.tokenize;

import org.rpt4j.api.error.TokenizerException;
import org.rpt4j.spi.kit.Interrupts;

/**
 * The work that one text may cost. It bounds what a regular expression of a file can do to the host, by a count and not
 * by a clock, so that the same text is refused everywhere. Not thread-safe.
 */
final class Effort {

    // A published expression takes some 30 steps for a character; white space in runs of 20,000 takes 4e8 in the worst.
    private static final long ALLOWANCE = 1_000_000_000;
    private static final long PER_CHARACTER = 1_000;
    private static final int CHECK_INTERVAL = 1 << 16;

    private final int characters;
    private long left;
    private long nextCheck;

    Effort(int characters) {
        this.characters = characters;
        this.left = ALLOWANCE + PER_CHARACTER * characters;
        this.nextCheck = left;
    }

    /**
     * Counts steps.
     *
     * @param what what takes them
     * @throws TokenizerException if there were too many
     * @throws org.rpt4j.api.error.OperationCancelledException if the thread is interrupted
     */
    void spend(int steps, Object what) {
        left -= steps;
        if (left < nextCheck) {
            Interrupts.check("tokenization");
            nextCheck = left - CHECK_INTERVAL;
            if (left < 0) {
                throw new TokenizerException("A text of " + characters + " characters takes too much work in " + what
                        + " of tokenizer.json. Split the text, for example at its lines, or use another tokenizer.");
            }
        }
    }
}
