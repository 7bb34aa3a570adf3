package org.rpt4j.judge;

import java.util.List;

/** A model that answers questions. One call at a time. */
interface Judge extends AutoCloseable {

    /** An answer to a question, or why there is none. */
    sealed interface Reply {

        /**
         * All votes on one question.
         *
         * @param texts what the model wrote, one for each vote
         * @param promptTokens tokens that it read
         * @param completionTokens tokens that it wrote
         */
        record Answered(List<String> texts, long promptTokens, long completionTokens) implements Reply {

            public Answered {
                texts = List.copyOf(texts);
            }
        }

        /** @param cause why there is no answer */
        record Failed(String cause) implements Reply {}
    }

    /** What its answers depend on beside the question. */
    String identity();

    /**
     * Asks questions.
     *
     * @return one reply each, in order
     * @throws org.rpt4j.api.error.BackendUnavailableException if no question can ever be answered, such as for a wrong key
     */
    List<Reply> ask(List<String> questions);

    @Override
    void close();
}
