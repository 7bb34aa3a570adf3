package org.rpt4j.run.launch;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.core.train.Checkpoints;
import org.rpt4j.core.train.RptTrainer;
import org.rpt4j.core.train.RptTrainerBuilder;
import org.rpt4j.core.train.SupervisedTrainer;
import org.rpt4j.core.train.Trainer;
import org.rpt4j.core.train.TrainerState;
import org.rpt4j.core.train.TrainingListener;
import org.rpt4j.core.train.Validation;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.ObjectiveKeys;
import org.rpt4j.run.config.section.RewardKeys;
import org.rpt4j.run.config.section.SamplingKeys;
import org.rpt4j.run.supervised.SupervisedPlan;

/** Builds the trainer that the configuration asks for: reinforcement, or a baseline. */
final class TrainerFactory {

    /**
     * What goes with training, whatever the method.
     *
     * @param listeners told of every event, in this order
     * @param checkpoints saved at intervals and at the end
     * @param validation measured between steps; null for none
     */
    record Attached(
            List<TrainingListener> listeners,
            Checkpoints checkpoints,
            @Nullable Validation validation) {}

    private final Launch launch;
    private final RunConfiguration configuration;
    private final Models models;
    private final Attached attached;

    TrainerFactory(Launch launch, Models models, Attached attached) {
        this.launch = launch;
        this.configuration = launch.configuration();
        this.models = models;
        this.attached = attached;
    }

    /** The trainer of the paper. */
    Trainer reinforcement(Learner learner, PreparedTasks tasks) {
        RptTrainerBuilder builder = RptTrainer.builder()
                .policy(learner.policy(), learner.optimizer())
                .tasks(tasks.source(configuration.get(SamplingKeys.SEED)))
                .prompts(models.reasoning().prompts())
                .extractor(models.reasoning().extractor())
                .verifier(learner.verifier())
                .settings(configuration.training(models.stops()))
                .passRates(launch.known())
                .maxAbstainedShare(configuration.get(RewardKeys.MAX_ABSTAINED))
                .checkpoints(attached.checkpoints());
        attached.listeners().forEach(builder::listener);
        launch.resumption().trainer().ifPresent(builder::resume);
        if (attached.validation() != null) {
            builder.validation(attached.validation());
        }
        Reference reference = learner.reference();
        if (reference != null && ObjectiveKeys.renewReference(configuration)) {
            builder.reference(reference.current(), reference::renew);
        } else if (reference != null) {
            builder.reference(reference.current());
        }
        return builder.build();
    }

    /** The trainer of a baseline. */
    Trainer supervised(Learner learner, SupervisedPlan plan) {
        SupervisedTrainer.Builder builder = SupervisedTrainer.builder()
                .policy(learner.policy(), learner.optimizer())
                .examples(plan.examples())
                .settings(plan.settings())
                .checkpoints(attached.checkpoints())
                .resume(launch.resumption().trainer().orElse(TrainerState.at(0)));
        attached.listeners().forEach(builder::listener);
        if (attached.validation() != null) {
            builder.validation(attached.validation());
        }
        return builder.build();
    }
}
