package org.rpt4j.core.tokenize;

/** Takes pieces of text, in order: a step of the pre-tokenizer, or the model at its end. Thread-safe. */
@FunctionalInterface
interface PieceSink {

    /**
     * Takes a piece.
     *
     * @param from its start in the text
     * @param to its end, exclusive; more than {@code from}
     * @param first whether it begins where the whole text begins
     */
    void accept(EncodingRun run, String text, int from, int to, boolean first);
}
