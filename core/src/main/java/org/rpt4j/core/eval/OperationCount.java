package org.rpt4j.core.eval;

import org.rpt4j.api.Capability;
import org.rpt4j.api.Workload;
import org.rpt4j.model.format.ModelConfig;

/**
 * What a call costs in floating point operations, from the shape of the model: products of rows with matrices,
 * attention over the keys that a row sees, and the head for the tokens that are predicted. An addition and a
 * multiplication are two operations. A prompt that completions share is computed once. Norms, rotations and softmax
 * are not counted.
 *
 * <p>A backward pass costs its forward pass twice, that of the head three times, as logits are computed again, and that
 * of attention two and a half times, as scores are. Unlike the convention of six operations per parameter and token, by
 * which runs are compared, this says what a machine has to do.
 *
 * @param config shape of the model
 * @param recompute whether a training pass computes its layers again instead of keeping them
 */
public record OperationCount(ModelConfig config, boolean recompute) {

    /** Scores and mixtures: two operations each for a component of a query and a key. */
    private static final double ATTENTION = 4;

    private static final double ATTENTION_BACKWARD = 2.5;
    private static final double LAYERS_BACKWARD = 2;
    private static final double HEAD_BACKWARD = 3;

    /** Floating point operations of a call. */
    public double of(Workload work) {
        if (work.operation() != Capability.TRAIN) {
            return layers(work) + attention(work) + head(work);
        }
        int forward = recompute ? 2 : 1;
        return (forward + LAYERS_BACKWARD) * layers(work)
                + (forward + ATTENTION_BACKWARD) * attention(work)
                + (1 + HEAD_BACKWARD) * head(work);
    }

    private double layers(Workload work) {
        double queries = (double) config.heads() * config.headSize();
        double keys = (double) config.keyValueHeads() * config.headSize();
        double weights = config.hiddenSize() * (2 * (queries + keys) + 3.0 * config.intermediateSize());
        // The last token of a rollout is sampled and not read.
        double unread = work.operation() == Capability.GENERATE ? work.sequences() : 0;
        return 2 * weights * config.layers() * (work.tokens() - unread);
    }

    private double attention(Workload work) {
        double prompt = work.promptTokens();
        double completion = work.completionTokens() - (work.operation() == Capability.GENERATE ? 1 : 0);
        double pairs = work.prompts() * triangle(prompt)
                + (double) work.prompts() * work.completions() * (completion * prompt + triangle(completion));
        return ATTENTION * config.heads() * config.headSize() * config.layers() * pairs;
    }

    /** Pairs of a token and one that it sees, itself included. */
    private static double triangle(double tokens) {
        return tokens * (tokens + 1) / 2;
    }

    private double head(Workload work) {
        double rows = switch (work.operation()) {
            // The first token of all rollouts of a group comes from one row.
            case GENERATE -> work.predictedTokens() - work.sequences() + work.prompts();
            case SCORE -> work.predictedTokens() - work.prompts();
            default -> work.predictedTokens();
        };
        return 2.0 * config.hiddenSize() * config.vocabularySize() * rows;
    }
}
