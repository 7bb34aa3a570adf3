package org.rpt4j.run.launch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.core.corpus.Corpora;
import org.rpt4j.core.eval.ComputeCost;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.core.pipeline.Reasoning;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.core.train.Grader;
import org.rpt4j.core.train.Progress;
import org.rpt4j.core.train.RolloutPhase;
import org.rpt4j.core.train.RptSettings;
import org.rpt4j.core.train.SupervisedExample;
import org.rpt4j.core.train.SupervisedSettings;
import org.rpt4j.core.train.TaskSource;
import org.rpt4j.run.baseline.ComputeBudget;
import org.rpt4j.run.baseline.CorpusExamples;
import org.rpt4j.run.baseline.OwnThoughts;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.BaselineKeys;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.SamplingKeys;

/**
 * What a control trains on and for how long, so that it spends at most its budget.
 *
 * @param examples what is learned
 * @param settings with the number of steps that the budget pays for
 * @param searchFlops what was spent already, to find thoughts
 */
record ControlPlan(List<SupervisedExample> examples, SupervisedSettings settings, double searchFlops) {

    /** Next-token training on the documents of the training side. */
    static ControlPlan nextToken(
            RunConfiguration configuration, double flops, TrainablePolicy policy, Tokenizer tokenizer) {
        return of(configuration, text(configuration, policy, tokenizer), budget(policy, flops), 0);
    }

    /** Half text, half the policy's own thoughts that hit; their search is paid from the budget. */
    static ControlPlan mixed(
            RunConfiguration configuration,
            double flops,
            TrainablePolicy policy,
            Tokenizer tokenizer,
            Reasoning reasoning,
            RewardVerifier verifier,
            PreparedTasks tasks,
            RunObserver observer) {
        ComputeBudget budget = budget(policy, flops);
        OwnThoughts thoughts = new Search(
                        configuration,
                        budget,
                        new RolloutPhase(policy, reasoning.prompts()),
                        new Grader(reasoning.extractor(), verifier),
                        tasks.source(configuration.get(SamplingKeys.SEED)),
                        observer)
                .run(configuration.training(reasoning.sampling(1, 0)));
        if (thoughts.examples().isEmpty()) {
            throw new CorpusException("None of the thoughts that were searched led to a hit, so there is nothing to"
                    + " imitate. Raise " + BaselineKeys.SEARCH_STEPS + ", or loosen the selection.");
        }
        ComputeBudget left = budget.afterReading(thoughts.readTokens());
        List<SupervisedExample> examples = thoughts.mixedWith(text(configuration, policy, tokenizer));
        return of(configuration, examples, left, flops - left.flops());
    }

    private record Search(
            RunConfiguration configuration,
            ComputeBudget budget,
            RolloutPhase rollouts,
            Grader grader,
            TaskSource source,
            RunObserver observer) {

        /** Asks about the tasks that reinforcement would ask about, with the samples of its first pass. */
        OwnThoughts run(RptSettings settings) {
            long start = System.nanoTime();
            long steps = configuration.get(BaselineKeys.SEARCH_STEPS);
            List<SupervisedExample> examples = new ArrayList<>();
            long read = 0;
            for (long step = 0; step < steps; step++) {
                OwnThoughts found = OwnThoughts.sample(
                        rollouts,
                        grader,
                        source.batch(step, settings.promptsPerStep()),
                        settings.sampling().toBuilder()
                                .seed(settings.sampling().seed())
                                .step(step)
                                .build());
                examples.addAll(found.examples());
                read += found.readTokens();
                requirePaid(read, step + 1);
                observer.searching(new Progress(step + 1, steps, Duration.ofNanos(System.nanoTime() - start)));
            }
            return new OwnThoughts(examples, read);
        }

        private void requirePaid(long read, long steps) {
            double spent = budget.cost().flops(read, 0);
            if (spent > budget.flops()) {
                throw new ConfigurationException(List.of("The search for thoughts spent " + spent + " FLOPs in " + steps
                        + " steps, all there is are " + budget.flops() + ". Lower " + BaselineKeys.SEARCH_STEPS
                        + ", or raise the budget."));
            }
        }
    }

    private static ControlPlan of(
            RunConfiguration configuration, List<SupervisedExample> examples, ComputeBudget left, double spent) {
        long steps = left.steps(examples, BaselineKeys.settings(configuration, 1));
        if (steps == 0) {
            throw new ConfigurationException(List.of("The " + left.flops() + " FLOPs that are left to train do not pay"
                    + " for one step. Lower " + BaselineKeys.TOKENS_PER_STEP + " or " + BaselineKeys.SEARCH_STEPS
                    + ", or raise the budget."));
        }
        return new ControlPlan(examples, BaselineKeys.settings(configuration, steps), spent);
    }

    private static ComputeBudget budget(TrainablePolicy policy, double flops) {
        return new ComputeBudget(new ComputeCost(policy.description().parameterCount()), flops);
    }

    private static List<SupervisedExample> text(
            RunConfiguration configuration, TrainablePolicy policy, Tokenizer tokenizer) {
        List<SupervisedExample> examples = CorpusExamples.of(
                Corpora.open(configuration.get(CorpusKeys.FILES), configuration.corpus()),
                configuration.get(CorpusKeys.MAX_DOCUMENTS),
                tokenizer,
                CorpusKeys.split(configuration),
                policy.description().contextLength());
        if (examples.isEmpty()) {
            throw new CorpusException("No document is left to learn: all are held out or shorter than two tokens."
                    + " Lower " + CorpusKeys.HELD_OUT_SHARE + ", or use more documents.");
        }
        return examples;
    }
}
