package org.rpt4j.run.launch;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.rpt4j.api.error.RewardException;
import org.rpt4j.core.train.RolloutMetrics;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.core.train.TrainingListener;
import org.rpt4j.core.train.TrainingResult;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.PromptKeys;
import org.rpt4j.run.config.section.RewardKeys;
import org.rpt4j.run.config.section.SamplingKeys;
import org.rpt4j.run.directory.StepRecord;
import org.rpt4j.run.directory.StepValues;

/**
 * Notices a run that cannot learn: no rollout ever held a box, so none was ever rewarded and no update was ever made.
 * Its weights are those that it began with. A reward that judges the thought alone needs no box.
 */
final class BoxWatch implements TrainingListener {

    private final RunConfiguration configuration;
    private long steps;
    private long truncatedSteps;
    private boolean anyBox;

    /** @param earlier steps of the run before it resumed */
    BoxWatch(RunConfiguration configuration, List<StepRecord> earlier) {
        this.configuration = configuration;
        for (StepRecord step : earlier) {
            Double boxRate = step.values().get(StepValues.BOX_RATE);
            if (boxRate != null) {
                add(boxRate, step.values().getOrDefault(StepValues.TRUNCATED, 0.0));
            }
        }
    }

    @Override
    public void rolloutsSampled(TrainingEvent.RolloutsSampled event) {
        RolloutMetrics rollouts = event.rollouts();
        add(rollouts.boxedShare(), rollouts.truncatedShare());
    }

    private void add(double boxedShare, double truncatedShare) {
        steps++;
        anyBox |= boxedShare > 0;
        truncatedSteps += truncatedShare > 0.5 ? 1 : 0;
    }

    /** What is wrong with a run that ended, and what to do; empty if nothing is, or too little was tried to say so. */
    Optional<RewardException> failure(TrainingResult result) {
        if (RewardKeys.judgesThoughtAlone(configuration)) {
            return Optional.empty();
        }
        if (result.outcome() == TrainingResult.Outcome.CANCELLED || result.updates() > 0 || anyBox || steps == 0) {
            return Optional.empty();
        }
        String advice = 2 * truncatedSteps > steps
                ? "Most rollouts were cut off at the limit: raise " + SamplingKeys.MAX_TOKENS + " ("
                        + configuration.get(SamplingKeys.MAX_TOKENS) + ", "
                        + configuration.source(SamplingKeys.MAX_TOKENS) + "), or teach the model to think briefly with"
                        + " 'rpt4j warm-up'."
                : "The rollouts ended by themselves: let a box count without a closed thought ("
                        + PromptKeys.THOUGHT + "), choose another " + PromptKeys.INSTRUCTION
                        + ", or teach the model with 'rpt4j warm-up'.";
        return Optional.of(new RewardException(String.format(
                Locale.ROOT,
                "No rollout of %d steps held a prediction in a box, so none was rewarded, no update was made, and no"
                        + " trained model was saved. %s 'generate' shows what the model writes, and so does"
                        + " rollouts.jsonl in the directory of the run.",
                steps,
                advice)));
    }
}
