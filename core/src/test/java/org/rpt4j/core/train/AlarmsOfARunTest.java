package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.Verdict;
import org.rpt4j.core.alarm.Alarm;
import org.rpt4j.core.alarm.AlarmSettings;

class AlarmsOfARunTest {

    /** Four steps are a window. The tiny world is learned in a few steps, so its entropy does collapse. */
    private static final AlarmSettings EAGER = AlarmSettings.builder()
            .windowSteps(4)
            .entropyShare(0.6)
            .lengthShare(0)
            .boxRateShare(0)
            .liveShare(0.1)
            .gapShare(0.5)
            .gradientFactor(0)
            .build();

    private final EventLog log = new EventLog();

    private List<String> alarms() {
        List<String> all = new ArrayList<>();
        for (TrainingEvent event : log.events) {
            if (event instanceof TrainingEvent.AlarmRaised raised) {
                all.add(raised.step() + " " + raised.alarm());
            } else if (event instanceof TrainingEvent.AlarmCleared cleared) {
                all.add(cleared.step() + " -" + cleared.alarm());
            }
        }
        return all;
    }

    private TabularPolicy run(int steps, AlarmSettings settings, TrainingListener... listeners) {
        TabularPolicy policy = TinyWorld.halfTrainedPolicy();
        RptTrainerBuilder builder = TinyWorld.trainer(
                        policy,
                        TinyWorld.settings(steps).toBuilder()
                                .logProbGapLimit(1e-3)
                                .build())
                .alarms(settings);
        List.of(listeners).forEach(builder::listener);
        builder.build().run();
        return policy;
    }

    @Test
    void aCollapseIsToldOnceAfterItsStepAndChangesNoWeight() {
        String logged = StandardError.captured(
                () -> assertThat(run(60, EAGER, log).logits).isDeepEqualTo(run(60, AlarmSettings.OFF).logits));
        TrainingEvent.AlarmRaised raised = log.of(TrainingEvent.AlarmRaised.class).stream()
                .filter(event -> event.alarm() == Alarm.ENTROPY_COLLAPSE)
                .findFirst()
                .orElseThrow();
        int at = log.events.indexOf(raised);
        List<TrainingEvent> before = log.events.subList(0, at);
        assertThat(before.get(before.size() - 1))
                .isInstanceOfAny(
                        TrainingEvent.StepCompleted.class,
                        TrainingEvent.StepSkipped.class,
                        TrainingEvent.AlarmRaised.class);
        assertThat(raised.message()).contains("Entropy has fallen", "lower learning rate");
        assertThat(alarms()).doesNotHaveDuplicates();
        assertThat(logged).contains("alarm ENTROPY_COLLAPSE. Entropy has fallen");
    }

    /** Steps without a live group make no update, and it is they that starve. */
    @Test
    void skippedStepsAreWatched() {
        RewardVerifier allEqual = attempt -> new Verdict.Scored(0, RewardReason.CUSTOM);
        TinyWorld.trainer(TinyWorld.policy(), TinyWorld.settings(10))
                .verifier(allEqual)
                .alarms(EAGER)
                .listener(log)
                .build()
                .run();
        assertThat(alarms()).containsExactly("3 LIVE_GROUP_STARVATION");
    }

    @Test
    void theGapIsMeasuredAgainstTheLimitOfTheRun() {
        TabularPolicy policy = TinyWorld.policy();
        policy.forwardFault = value -> value - 0.01;
        TinyWorld.trainer(
                        policy,
                        TinyWorld.settings(1).toBuilder().logProbGapLimit(0.012).build())
                .listener(log)
                .build()
                .run();
        assertThat(log.of(TrainingEvent.AlarmRaised.class)).singleElement().satisfies(raised -> {
            assertThat(raised.alarm()).isEqualTo(Alarm.LOG_PROB_GAP);
            assertThat(raised.message()).contains("0.0100 nats", "83 % of the limit of 0.0120");
        });
    }

    /** The step that is cut off by a cancellation is done again, and must not count twice. */
    @Test
    void aStepThatDidNotEndIsNotWatched() {
        List<TrainerState> saved = new ArrayList<>();
        RptTrainerBuilder builder = TinyWorld.trainer(TinyWorld.policy(), TinyWorld.settings(10))
                .alarms(EAGER)
                .checkpoints(new Checkpoints(0, CheckpointAction.blocking(saved::add)));
        RptTrainer[] trainer = new RptTrainer[1];
        trainer[0] = builder.listener(event -> {
                    if (event instanceof TrainingEvent.RolloutsSampled sampled && sampled.step() == 3) {
                        trainer[0].cancel();
                    }
                })
                .build();
        assertThat(trainer[0].run().nextStep()).isEqualTo(3);
        assertThat(saved.get(0).alarms().rules().get(Alarm.ENTROPY_COLLAPSE).recent())
                .hasSize(3);
    }

    @Test
    void nextTokenTrainingIsWatchedForSpikes() {
        List<SupervisedExample> text = List.of(new SupervisedExample(new int[] {4}, new int[] {1, 8}));
        TabularPolicy policy = TinyWorld.policy();
        List<TrainerState> saved = new ArrayList<>();
        new SupervisedTrainer(
                        policy,
                        policy.openOptimizer(TinyWorld.RATE),
                        text,
                        SupervisedSettings.of(3, 4, LearningRateSchedule.constant(0.1)),
                        List.of(log),
                        new Checkpoints(0, CheckpointAction.blocking(saved::add)),
                        null,
                        TrainerState.at(0),
                        AlarmSettings.DEFAULTS)
                .run();
        assertThat(saved.get(0).alarms().rules()).containsOnlyKeys(Alarm.GRADIENT_SPIKE);
        assertThat(saved.get(0).alarms().rules().get(Alarm.GRADIENT_SPIKE).recent())
                .hasSize(3);
    }
}
