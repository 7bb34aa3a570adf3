package org.rpt4j.backend.djl;

import java.util.ArrayList;
import java.util.List;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.spi.kit.RunningCompletion;

/** The rollouts of one prompt during sampling. */
final class RunningGroup {

    private final int index;
    private final Prompt prompt;
    private final List<RunningRow> rows = new ArrayList<>();
    private int slot;

    /** Returns the group of the prompt at {@code index} in the call. */
    RunningGroup(int index, Prompt prompt, SamplingOptions sampling, DjlModel model) {
        this.index = index;
        this.prompt = prompt;
        for (int member = 0; member < sampling.groupSize(); member++) {
            rows.add(new RunningRow(
                    this, new RunningCompletion(prompt, member, sampling, model.config.contextLength())));
        }
    }

    int index() {
        return index;
    }

    Prompt prompt() {
        return prompt;
    }

    RunningRow row(int member) {
        return rows.get(member);
    }

    void addActive(List<RunningRow> active) {
        rows.stream().filter(row -> !row.completion().isFinished()).forEach(active::add);
    }

    boolean isFinished() {
        return rows.stream().allMatch(row -> row.completion().isFinished());
    }

    RolloutGroup result(long version) {
        return new RolloutGroup(
                prompt,
                rows.stream().map(row -> row.completion().rollout(version)).toList());
    }

    /** Returns the slot of the group in the cache. */
    int slot() {
        return slot;
    }

    void moveTo(int newSlot) {
        slot = newSlot;
    }
}
