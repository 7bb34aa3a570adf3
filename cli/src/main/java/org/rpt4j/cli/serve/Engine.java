package org.rpt4j.cli.serve;

import java.util.List;
import java.util.Optional;

/** What writes the answers. One thread calls it, one request at a time. */
interface Engine {

    /** The name under which clients ask for the model. */
    String model();

    /**
     * Answers a request; an interrupt ends it soon.
     *
     * @throws ApiError if this model cannot do what is asked
     * @throws InterruptedException if the thread is interrupted
     */
    Outcome generate(TextRequest request, Output output) throws ApiError, InterruptedException;

    /** Takes an answer while it is written. */
    interface Output {

        /** The request was understood, and its answer begins. */
        void started() throws InterruptedException;

        /** The answer goes on. */
        void piece(Piece piece) throws InterruptedException;
    }

    /**
     * A part of an answer.
     *
     * @param thought whether it belongs to a thought and not to the answer itself
     * @param text whole characters; may be empty
     * @param tokens that were added, if log-probabilities were asked for
     * @param note what is to be said of a thought
     */
    record Piece(boolean thought, String text, List<TokenLogProb> tokens, Optional<Note> note) {

        static Piece text(String text) {
            return new Piece(false, text, List.of(), Optional.empty());
        }

        static Piece thought(String text) {
            return new Piece(true, text, List.of(), Optional.empty());
        }

        static Piece note(Note note) {
            return new Piece(true, "", List.of(), Optional.of(note));
        }
    }

    /** Where and why the model thinks, and what becomes of it. */
    sealed interface Note {

        /** Index of the token of the text before which it thinks, from 0. */
        int position();
    }

    /**
     * A thought begins.
     *
     * @param entropy of the next token there, in nats
     */
    record ThoughtBegins(int position, double entropy) implements Note {}

    /**
     * A thought ends.
     *
     * @param outcome {@code taken}, or why the text goes on without it
     * @param prediction what it predicts; may be empty
     */
    record ThoughtEnds(int position, double entropy, String outcome, String prediction) implements Note {}

    /**
     * A token with its log-probability in nats.
     *
     * @param bytes of the token, one number each; need not be whole characters
     * @param alternatives the most probable tokens at its place, without alternatives of their own
     */
    record TokenLogProb(List<Integer> bytes, double logProb, List<TokenLogProb> alternatives) {}

    /** Why an answer ended. */
    enum End {
        STOP,
        LENGTH
    }

    /** The end of an answer, and its number of tokens. */
    record Outcome(End end, Usage usage) {}

    /**
     * Numbers of tokens.
     *
     * @param thought tokens of thoughts, which do not count as {@code output}
     */
    record Usage(int prompt, int output, int thought) {}
}
