package org.rpt4j.backend.onnx;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.StopCondition;

/** One member of a group while it is being sampled. Not thread-safe. */
final class RunningSequence {

    private final int group;
    private final Prompt prompt;
    private final int member;
    private final SamplingOptions sampling;
    private final StopCondition.Scanner scanner;
    private final int limit;
    private int[] tokens = new int[16];
    private double[] logProbs = new double[16];
    private int length;
    private @Nullable FinishReason finish;

    /**
     * A member that has sampled nothing.
     *
     * @param group place of its prompt in the call
     * @param limit most tokens
     */
    RunningSequence(int group, Prompt prompt, int member, SamplingOptions sampling, int limit) {
        this.group = group;
        this.prompt = prompt;
        this.member = member;
        this.sampling = sampling;
        this.scanner = sampling.stopCondition().newScanner();
        this.limit = limit;
    }

    int group() {
        return group;
    }

    Prompt prompt() {
        return prompt;
    }

    int member() {
        return member;
    }

    boolean isFinished() {
        return finish != null;
    }

    /** The token whose keys and values are not cached yet. */
    int lastToken() {
        return tokens[length - 1];
    }

    /** Number of positions that are cached once the first token is sampled: all but the last one. */
    int cached() {
        return prompt.tokens().length + length - 1;
    }

    /** The number that decides the next token. */
    double draw() {
        return CounterRandom.uniform(sampling.seed(), sampling.step(), prompt.id(), member, length);
    }

    void append(int token, double logProb) {
        if (length == tokens.length) {
            tokens = Arrays.copyOf(tokens, 2 * length);
            logProbs = Arrays.copyOf(logProbs, 2 * length);
        }
        tokens[length] = token;
        logProbs[length] = logProb;
        length++;
        boolean complete = scanner.endsWith(token);
        if (sampling.stopTokens().contains(token)) {
            finish = FinishReason.STOP_TOKEN;
        } else if (complete) {
            finish = FinishReason.STOP_CONDITION;
        } else if (length == limit) {
            finish = FinishReason.LENGTH;
        }
    }

    Rollout rollout() {
        if (finish == null) {
            throw new IllegalStateException("member " + member + " is still running");
        }
        return new Rollout(
                member, Arrays.copyOf(tokens, length), Arrays.copyOf(logProbs, length), finish, OnnxPolicy.VERSION);
    }
}
