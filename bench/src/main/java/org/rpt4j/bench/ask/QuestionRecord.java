package org.rpt4j.bench.ask;

import java.util.List;
import org.rpt4j.api.FinishReason;

/**
 * What a model gave to a question.
 *
 * @param id the question
 * @param shots number of examples in its prompt; -1 if the question did not fit and was not asked
 * @param inThought whether the prompt ended inside a thought
 * @param samples the responses; none in log-probability mode
 * @param choices the log-probability of each choice; none when responses are written
 * @since 0.1.0
 */
public record QuestionRecord(String id, int shots, boolean inThought, List<Sample> samples, List<ChoiceScore> choices) {

    /** The number of examples of a question that did not fit. */
    static final int NOT_ASKED = -1;

    public QuestionRecord {
        samples = List.copyOf(samples);
        choices = List.copyOf(choices);
    }

    /** Whether the question fitted and was asked. */
    public boolean isAsked() {
        return shots != NOT_ASKED;
    }

    /**
     * A response.
     *
     * @param text with its thought, up to what ended it
     * @param finish why it ended
     * @param tokens its length
     */
    public record Sample(String text, FinishReason finish, int tokens) {}

    /**
     * The log-probability of a choice.
     *
     * @param logProb of all its tokens together, in nats
     * @param tokens number of its tokens
     */
    public record ChoiceScore(double logProb, int tokens) {}
}
