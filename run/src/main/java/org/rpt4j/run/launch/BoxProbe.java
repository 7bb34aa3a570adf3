package org.rpt4j.run.launch;

import java.util.List;
import java.util.Locale;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.core.pipeline.Reasoning;
import org.rpt4j.core.prompt.ThoughtRule;
import org.rpt4j.core.reward.AnswerExtractor;
import org.rpt4j.core.reward.BoxRule;
import org.rpt4j.core.rollout.RolloutPhase;
import org.rpt4j.core.rollout.SampledGroup;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.PromptKeys;
import org.rpt4j.run.config.section.SamplingKeys;
import org.rpt4j.run.config.section.TrainingKeys;

/**
 * Asks about a few prompts before a run trains, and tells how often the model reaches a box at all. A model that never
 * does earns no reward, so the run would learn nothing.
 */
final class BoxProbe {

    /** No step of training has this number, so the probe changes no sample of it. */
    private static final long STEP = -1;

    private static final int ROLLOUTS = 2;

    private final RunConfiguration configuration;
    private final Reasoning reasoning;

    BoxProbe(RunConfiguration configuration, Reasoning reasoning) {
        this.configuration = configuration;
        this.reasoning = reasoning;
    }

    /**
     * What the model wrote, and what to do if it wrote no box.
     *
     * @param tasks to ask about, at least one
     */
    String ask(Policy policy, List<PredictionTask> tasks) {
        SamplingOptions sampling = reasoning.sampling(ROLLOUTS, configuration.get(SamplingKeys.TEMPERATURE)).toBuilder()
                .seed(configuration.get(SamplingKeys.SEED))
                .step(STEP)
                .build();
        List<Rollout> rollouts = new RolloutPhase(policy, reasoning.prompts())
                .sample(tasks, sampling).stream()
                        .map(SampledGroup::rollouts)
                        .flatMap(List::stream)
                        .toList();
        long boxed = rollouts.stream()
                .filter(rollout -> reasoning.extractor().extract(rollout) instanceof Prediction.Boxed)
                .count();
        String found = String.format(
                Locale.ROOT,
                "A probe of %d prompts: %d of %d rollouts hold a prediction in a box.",
                tasks.size(),
                boxed,
                rollouts.size());
        return boxed > 0 ? found : found + " " + advice(rollouts);
    }

    private String advice(List<Rollout> rollouts) {
        AnswerExtractor anywhere = new AnswerExtractor(
                reasoning.tokenizer(), BoxRule.BALANCED, reasoning.thought().with(ThoughtRule.NONE));
        long unmarked = rollouts.stream()
                .filter(rollout -> anywhere.extract(rollout) instanceof Prediction.Boxed)
                .count();
        if (unmarked > 0) {
            return unmarked + " hold one without a closed thought before it: let it count with " + PromptKeys.THOUGHT
                    + "=UNMARKED (now " + configuration.get(PromptKeys.THOUGHT) + "), or teach the model to close its"
                    + " thoughts with 'rpt4j warm-up'.";
        }
        long truncated = rollouts.stream().filter(Rollout::truncated).count();
        if (2 * truncated > rollouts.size()) {
            return "Most were cut off at the limit: raise " + SamplingKeys.MAX_TOKENS + " ("
                    + configuration.get(SamplingKeys.MAX_TOKENS) + "), or teach the model to think briefly with 'rpt4j"
                    + " warm-up'.";
        }
        return "They ended by themselves: show the model how to answer with worked examples in "
                + PromptKeys.INSTRUCTION + ", or teach it with 'rpt4j warm-up'. " + TrainingKeys.PROBE_PROMPTS
                + "=0 skips this probe.";
    }
}
