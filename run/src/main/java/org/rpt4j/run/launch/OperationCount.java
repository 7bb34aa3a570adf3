package org.rpt4j.run.launch;

import java.util.stream.IntStream;
import org.rpt4j.api.Capability;
import org.rpt4j.api.Workload;
import org.rpt4j.model.format.ModelConfig;

/**
 * The cost of a call in floating-point operations, computed from the shape of the model: matrix products, attention
 * over the keys that a row sees, and the head for the predicted tokens. An addition and a multiplication are two
 * operations. A prompt shared by completions is computed once. Norms, rotations and softmax are not counted.
 *
 * <p>A backward pass costs twice its forward pass; for the head three times, because logits are recomputed, and for
 * attention two and a half times, because attention scores are recomputed. Unlike the convention of six operations per
 * parameter and token, which serves to compare runs, this counts the work that a machine does.
 *
 * @param config configuration of the model
 * @param recompute whether a training pass recomputes its layers instead of keeping their activations
 * @since 0.1.0
 */
public record OperationCount(ModelConfig config, boolean recompute) {

    /** Attention scores and weighted sums: two operations each per component of a query and a key. */
    private static final double ATTENTION = 4;

    private static final double ATTENTION_BACKWARD = 2.5;
    private static final double LAYERS_BACKWARD = 2;
    private static final double HEAD_BACKWARD = 3;

    /** Floating-point operations of a call. */
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
        double weights = config.hiddenSize() * (config.layers() * 2 * (queries + keys) + feedForwards());
        // The last token of a rollout is sampled but never fed back.
        double unread = work.operation() == Capability.GENERATE ? work.sequences() : 0;
        return 2 * weights * (work.tokens() - unread);
    }

    /** Outputs per token of all feed-forwards: those of the experts that a token uses, and of the routers. */
    private double feedForwards() {
        return IntStream.range(0, config.layers())
                .mapToDouble(layer -> 3.0 * config.feedForwardWidth(layer)
                        + (config.hasExperts(layer)
                                ? config.switches().experts().count()
                                : 0))
                .sum();
    }

    private double attention(Workload work) {
        double prompt = work.promptTokens();
        double completion = work.completionTokens() - (work.operation() == Capability.GENERATE ? 1 : 0);
        double pairs = work.prompts() * triangle(prompt)
                + (double) work.prompts() * work.completions() * (completion * prompt + triangle(completion));
        return ATTENTION * config.heads() * config.headSize() * config.layers() * pairs;
    }

    /** Number of pairs of a token and a token that it sees, itself included. */
    private static double triangle(double tokens) {
        return tokens * (tokens + 1) / 2;
    }

    private double head(Workload work) {
        double rows = switch (work.operation()) {
            // The first tokens of all rollouts of a group come from one row.
            case GENERATE -> work.predictedTokens() - work.sequences() + work.prompts();
            case SCORE -> work.predictedTokens() - work.prompts();
            default -> work.predictedTokens();
        };
        return 2.0 * config.hiddenSize() * config.vocabularySize() * rows;
    }
}
