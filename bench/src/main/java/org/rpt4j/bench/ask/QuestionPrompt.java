package org.rpt4j.bench.ask;

import java.util.List;
import org.rpt4j.api.Prompt;

/**
 * A question as a model reads it.
 *
 * @param prompt its tokens
 * @param shots number of examples in it
 * @param inThought whether it ends inside a thought
 * @param continuations the tokens of each choice, in log-probability mode; empty otherwise
 */
record QuestionPrompt(Prompt prompt, int shots, boolean inThought, List<Prompt> continuations) {

    QuestionPrompt {
        continuations = List.copyOf(continuations);
    }
}
