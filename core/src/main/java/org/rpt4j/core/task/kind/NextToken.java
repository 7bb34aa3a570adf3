package org.rpt4j.core.task.kind;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.ScoredPosition;
import org.rpt4j.api.TaskDocument;
import org.rpt4j.api.TaskKind;
import org.rpt4j.api.TokenCodec;

/**
 * The paper's tasks: each hard position asks for the tokens that come next (Eq. 1 and 4). Thread-safe.
 *
 * @param tokenizer gives the bytes of tokens
 * @param maxContextTokens maximum number of tokens before the target; older ones are cut off
 * @param continuationTokens maximum number of tokens of the truth
 * @since 0.1.0
 */
public record NextToken(TokenCodec tokenizer, int maxContextTokens, int continuationTokens) implements TaskKind {

    /** A list that makes a task when it is asked for: all tasks of a long document are many times its size. */
    @Override
    public List<PredictionTask> tasks(TaskDocument document) {
        return new AbstractList<>() {
            @Override
            public PredictionTask get(int index) {
                return task(document, document.positions().get(index));
            }

            @Override
            public int size() {
                return document.positions().size();
            }
        };
    }

    private PredictionTask task(TaskDocument document, ScoredPosition position) {
        int[] tokens = document.tokens();
        int t = position.index();
        int[] continuation = Arrays.copyOfRange(tokens, t, t + Math.min(tokens.length - t, continuationTokens));
        return PredictionTask.builder(position.taskId(), document.id(), t)
                .context(Arrays.copyOfRange(tokens, Math.max(0, t - maxContextTokens), t))
                .continuation(continuation)
                .truth(GroundTruths.of(tokenizer, continuation))
                .entropy(position.entropy())
                .build();
    }
}
