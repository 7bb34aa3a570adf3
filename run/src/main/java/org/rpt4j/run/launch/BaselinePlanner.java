package org.rpt4j.run.launch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.core.corpus.Corpora;
import org.rpt4j.core.phase.Progress;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.core.rollout.Grader;
import org.rpt4j.core.rollout.RolloutPhase;
import org.rpt4j.core.task.TaskSource;
import org.rpt4j.core.train.ComputeCost;
import org.rpt4j.core.train.RptSettings;
import org.rpt4j.core.train.SupervisedExample;
import org.rpt4j.core.train.SupervisedSettings;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.BaselineKeys;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.SamplingKeys;
import org.rpt4j.run.config.section.TrainingKeys;
import org.rpt4j.run.supervised.ComputeBudget;
import org.rpt4j.run.supervised.CorpusExamples;
import org.rpt4j.run.supervised.OwnThoughts;
import org.rpt4j.run.supervised.SupervisedPlan;

/** Plans the baseline that the configuration asks for. */
record BaselinePlanner(Launch launch, Models models, TrainablePolicy policy) {

    /** Next-token training on the documents of the training side. */
    SupervisedPlan nextToken() {
        return required(SupervisedPlan.nextToken(text(), budget(), this::settings), budget());
    }

    /** Half text, half the policy's own thoughts that hit; the budget pays for their search, too. */
    SupervisedPlan mixed(PreparedTasks tasks, RewardVerifier verifier) {
        OwnThoughts thoughts = new Search(
                        launch.configuration(),
                        budget(),
                        new RolloutPhase(policy, models.reasoning().prompts()),
                        new Grader(models.reasoning().extractor(), verifier),
                        tasks.source(launch.configuration().get(SamplingKeys.SEED)),
                        launch.observer())
                .run(launch.configuration().training(models.stops()));
        if (thoughts.examples().isEmpty()) {
            throw new CorpusException("No thought led to a hit, so there is nothing to imitate. Raise "
                    + BaselineKeys.SEARCH_STEPS + ", or loosen the selection.");
        }
        return required(
                SupervisedPlan.mixed(thoughts, text(), budget(), this::settings),
                budget().afterReading(thoughts.readTokens()));
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
                        + " steps; the budget is " + budget.flops() + ". Lower " + BaselineKeys.SEARCH_STEPS
                        + ", or raise the budget."));
            }
        }
    }

    private static SupervisedPlan required(Optional<SupervisedPlan> plan, ComputeBudget left) {
        return plan.orElseThrow(() -> new ConfigurationException(List.of("The " + left.flops()
                + " FLOPs left for training do not pay for one step. Lower " + TrainingKeys.TOKENS_PER_STEP + " or "
                + BaselineKeys.SEARCH_STEPS + ", or raise the budget.")));
    }

    private SupervisedSettings settings(long steps) {
        return TrainingKeys.supervised(launch.configuration(), steps);
    }

    private ComputeBudget budget() {
        return new ComputeBudget(new ComputeCost(policy.description().parameterCount()), launch.budget());
    }

    private List<SupervisedExample> text() {
        RunConfiguration configuration = launch.configuration();
        List<SupervisedExample> examples = CorpusExamples.of(
                Corpora.open(configuration.get(CorpusKeys.FILES), configuration.corpus()),
                configuration.get(CorpusKeys.MAX_DOCUMENTS),
                models.tokenizer(),
                CorpusKeys.split(configuration),
                policy.description().contextLength());
        if (examples.isEmpty()) {
            throw new CorpusException("No document is left to train on: all are held out or shorter than two tokens."
                    + " Lower " + CorpusKeys.HELD_OUT_SHARE + ", or use more documents.");
        }
        return examples;
    }
}
