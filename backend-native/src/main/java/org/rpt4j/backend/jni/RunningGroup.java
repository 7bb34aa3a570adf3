package org.rpt4j.backend.jni;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.RolloutGroup;

/** A prompt in the cache and its finished rollouts. */
final class RunningGroup {

    private final int index;
    private final Prompt prompt;
    private final int node;
    private final @Nullable Rollout[] rollouts;
    private int left;

    /** Group of the {@code index}-th prompt of the call. */
    RunningGroup(int index, Prompt prompt, int node, int members) {
        this.index = index;
        this.prompt = prompt;
        this.node = node;
        this.rollouts = new Rollout[members];
        this.left = members;
    }

    int index() {
        return index;
    }

    Prompt prompt() {
        return prompt;
    }

    int node() {
        return node;
    }

    void finish(Rollout rollout) {
        rollouts[rollout.member()] = rollout;
        left--;
    }

    boolean isFinished() {
        return left == 0;
    }

    RolloutGroup result() {
        return new RolloutGroup(
                prompt, Arrays.stream(rollouts).map(Objects::requireNonNull).toList());
    }
}
