package org.rpt4j.backend.jni;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.StopCondition;

/** One rollout while it is being sampled: a node of the cache below that of its prompt. */
final class RunningRow {

    private final RunningGroup group;
    private final int member;
    private final int node;
    private final SamplingOptions sampling;
    private final StopCondition.Scanner scanner;
    private int[] tokens = new int[16];
    private double[] logProbs = new double[16];
    private int length;
    private @Nullable FinishReason finish;

    RunningRow(RunningGroup group, int member, int node, SamplingOptions sampling) {
        this.group = group;
        this.member = member;
        this.node = node;
        this.sampling = sampling;
        this.scanner = sampling.stopCondition().newScanner();
    }

    RunningGroup group() {
        return group;
    }

    int member() {
        return member;
    }

    int node() {
        return node;
    }

    /** The node whose last token predicts the next one: the prompt's at first. */
    int predictingNode() {
        return length == 0 ? group.node() : node;
    }

    int lastToken() {
        return tokens[length - 1];
    }

    boolean isFinished() {
        return finish != null;
    }

    /** The random number of the next token. */
    double nextUniform() {
        return CounterRandom.uniform(
                sampling.seed(), sampling.step(), group.prompt().id(), member, length);
    }

    void append(int token, double logProb) {
        if (length == tokens.length) {
            tokens = Arrays.copyOf(tokens, 2 * length);
            logProbs = Arrays.copyOf(logProbs, 2 * length);
        }
        tokens[length] = token;
        logProbs[length++] = logProb;
        boolean conditionHolds = scanner.endsWith(token);
        if (sampling.stopTokens().contains(token)) {
            finish = FinishReason.STOP_TOKEN;
        } else if (conditionHolds) {
            finish = FinishReason.STOP_CONDITION;
        } else if (length == group.limit()) {
            finish = FinishReason.LENGTH;
        }
    }

    Rollout result(long version) {
        if (finish == null) {
            throw new IllegalStateException("rollout " + member + " is still running");
        }
        return new Rollout(member, Arrays.copyOf(tokens, length), Arrays.copyOf(logProbs, length), finish, version);
    }
}
