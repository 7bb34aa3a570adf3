package org.rpt4j.backend.djl;

import java.util.ArrayList;
import java.util.List;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;

/** The rollouts of one prompt while they are being sampled. */
final class RunningGroup {

    private final int index;
    private final Prompt prompt;
    private final List<RunningRow> rows = new ArrayList<>();
    private int slot;

    /** Group of the {@code index}-th prompt of the call. */
    RunningGroup(int index, Prompt prompt, SamplingOptions sampling, DjlModel model) {
        this.index = index;
        this.prompt = prompt;
        int limit = Math.min(sampling.maxTokens(), model.config.contextLength() - prompt.tokens().length);
        for (int member = 0; member < sampling.groupSize(); member++) {
            rows.add(new RunningRow(this, member, sampling, limit));
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
        rows.stream().filter(row -> !row.isFinished()).forEach(active::add);
    }

    boolean isFinished() {
        return rows.stream().allMatch(RunningRow::isFinished);
    }

    RolloutGroup result(long version) {
        return new RolloutGroup(
                prompt, rows.stream().map(row -> row.result(version)).toList());
    }

    /** Index of the group's place in the cache. */
    int slot() {
        return slot;
    }

    void moveTo(int newSlot) {
        slot = newSlot;
    }
}
