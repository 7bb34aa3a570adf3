package org.rpt4j.core.objective;

import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;

/**
 * A weight times the mean cross-entropy of corpus tokens, added to the loss of a step (RMT: Tian et al. 2025, arXiv
 * 2509.24375). The tokens are the true continuation of every task of the step and those before it in its context, without
 * instruction or chat template, and at temperature 1; a token that two windows share is learned in both.
 *
 * @param weight weight beside the loss of the rollouts; 0 for none
 * @param tokens maximum number of tokens that are learned per task, the last of its continuation and those before it; the first token
 *     of a context has nothing before it and is not learned
 * @since 0.1.0
 */
public record CorpusTerm(double weight, int tokens) {

    public static final Setting<Double> WEIGHT = Setting.real("corpus-weight", Range.atLeast(0))
            .says("Weight of next-token prediction on the text of the tasks in the same update; 0 turns it off.")
            .after("Tian et al. 2025, arXiv 2509.24375: 0.1")
            .or(0.0);

    public static final Setting<Integer> TOKENS = Setting.whole("corpus-tokens", Range.atLeast(1))
            .says(
                    "Maximum number of tokens of a task's text that are learned: its continuation and what comes before it.")
            .in("tokens")
            .or(128);

    /** No text beside the rollouts, as in the RPT paper. */
    public static final CorpusTerm NONE = new CorpusTerm(WEIGHT.byDefault(), TOKENS.byDefault());

    public CorpusTerm {
        WEIGHT.check(weight);
        TOKENS.check(tokens);
    }
}
