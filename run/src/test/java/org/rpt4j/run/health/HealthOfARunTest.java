package org.rpt4j.run.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.Verdict;
import org.rpt4j.core.train.Checkpoints;
import org.rpt4j.core.train.LearningRateSchedule;
import org.rpt4j.core.train.RptSettings;
import org.rpt4j.core.train.RptTrainer;
import org.rpt4j.core.train.RptTrainerBuilder;
import org.rpt4j.core.train.StandardError;
import org.rpt4j.core.train.SupervisedExample;
import org.rpt4j.core.train.SupervisedSettings;
import org.rpt4j.core.train.SupervisedTrainer;
import org.rpt4j.core.train.TabularPolicy;
import org.rpt4j.core.train.TinyWorld;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.core.train.TrainingListener;

class HealthOfARunTest {

    private static final double LIMIT = 1e-3;

    /** Four steps make a window. The tiny world is learned in a few steps, so its entropy does collapse. */
    private static final HealthSettings EAGER = HealthSettings.builder()
            .windowSteps(4)
            .entropyShare(0.6)
            .lengthShare(0)
            .shrinkageShare(0)
            .boxRateShare(0)
            .liveShare(0.1)
            .gapShare(0.5)
            .gradientFactor(0)
            .build();

    private final Log log = new Log();

    /** Records training events and warnings in the order of arrival. */
    private static final class Log implements TrainingListener, HealthListener {

        private final List<Object> all = new ArrayList<>();

        @Override
        public void onEvent(TrainingEvent event) {
            all.add(event);
        }

        @Override
        public void warningRaised(HealthWarning.Raised event) {
            all.add(event);
        }

        @Override
        public void warningCleared(HealthWarning.Cleared event) {
            all.add(event);
        }

        private <E> Stream<E> of(Class<E> kind) {
            return all.stream().filter(kind::isInstance).map(kind::cast);
        }

        private List<String> warnings() {
            return Stream.concat(
                            of(HealthWarning.Raised.class).map(event -> event.step() + " " + event.check()),
                            of(HealthWarning.Cleared.class).map(event -> event.step() + " -" + event.check()))
                    .toList();
        }
    }

    private HealthMonitor monitor(HealthSettings settings) {
        return new HealthMonitor(settings, HealthState.NEW, LIMIT, List.of(log));
    }

    private TabularPolicy run(int steps, HealthSettings settings) {
        TabularPolicy policy = TinyWorld.halfTrainedPolicy();
        TinyWorld.trainer(
                        policy,
                        TinyWorld.settings(steps).toBuilder()
                                .logProbGapLimit(LIMIT)
                                .build())
                .listener(log)
                .listener(monitor(settings))
                .build()
                .run();
        return policy;
    }

    @Test
    void aCollapseIsReportedOnceAfterItsStepAndChangesNoWeight() {
        double[][] unwatched = run(60, HealthSettings.OFF).logits;
        log.all.clear();
        String logged =
                StandardError.captured(() -> assertThat(run(60, EAGER).logits).isDeepEqualTo(unwatched));
        HealthWarning.Raised raised = log.of(HealthWarning.Raised.class)
                .filter(event -> event.check() == HealthCheck.ENTROPY_COLLAPSE)
                .findFirst()
                .orElseThrow();
        assertThat(log.all.get(log.all.indexOf(raised) - 1))
                .isInstanceOfAny(
                        TrainingEvent.StepCompleted.class, TrainingEvent.StepSkipped.class, HealthWarning.Raised.class);
        assertThat(raised.message()).contains("Entropy has fallen", "lower learning rate");
        assertThat(log.warnings()).doesNotHaveDuplicates();
        assertThat(logged).contains("warning ENTROPY_COLLAPSE. Entropy has fallen");
    }

    /** Steps without a live group make no update, and those are the ones that starve. */
    @Test
    void skippedStepsAreChecked() {
        RewardVerifier allEqual = attempt -> new Verdict.Scored(0, RewardReason.CUSTOM);
        TinyWorld.trainer(TinyWorld.policy(), TinyWorld.settings(10))
                .verifier(allEqual)
                .listener(monitor(EAGER))
                .build()
                .run();
        assertThat(log.warnings()).containsExactly("3 LIVE_GROUP_STARVATION");
    }

    @Test
    void theGapIsMeasuredAgainstTheLimitOfTheRun() {
        TabularPolicy policy = TinyWorld.policy();
        policy.forwardFault = value -> value - 0.01;
        RptSettings settings =
                TinyWorld.settings(1).toBuilder().logProbGapLimit(0.012).build();
        TinyWorld.trainer(policy, settings)
                .listener(new HealthMonitor(HealthSettings.DEFAULTS, HealthState.NEW, 0.012, List.of(log)))
                .build()
                .run();
        assertThat(log.of(HealthWarning.Raised.class)).singleElement().satisfies(raised -> {
            assertThat(raised.check()).isEqualTo(HealthCheck.LOG_PROB_GAP);
            assertThat(raised.message()).contains("0.0100 nats", "83 % of the limit of 0.0120");
        });
    }

    /** A step that a cancellation cuts off is repeated and must not count twice. */
    @Test
    void anInterruptedStepIsNotChecked() {
        HealthMonitor monitor = monitor(EAGER);
        List<HealthState> saved = new ArrayList<>();
        RptTrainerBuilder builder = TinyWorld.trainer(TinyWorld.policy(), TinyWorld.settings(10))
                .listener(monitor)
                .checkpoints(new Checkpoints(0, Checkpoints.Action.blocking(state -> saved.add(monitor.state()))));
        RptTrainer[] trainer = new RptTrainer[1];
        trainer[0] = builder.listener(new TrainingListener() {
                    @Override
                    public void rolloutsSampled(TrainingEvent.RolloutsSampled sampled) {
                        if (sampled.step() == 3) {
                            trainer[0].cancel();
                        }
                    }
                })
                .build();
        assertThat(trainer[0].run().nextStep()).isEqualTo(3);
        assertThat(saved.get(0).rules().get(HealthCheck.ENTROPY_COLLAPSE).recent())
                .hasSize(3);
    }

    @Test
    void nextTokenTrainingIsCheckedForSpikes() {
        List<SupervisedExample> text = List.of(new SupervisedExample(new int[] {4}, new int[] {1, 8}));
        TabularPolicy policy = TinyWorld.policy();
        HealthMonitor monitor = new HealthMonitor(HealthSettings.DEFAULTS, HealthState.NEW, Double.NaN, List.of(log));
        SupervisedTrainer.builder()
                .policy(policy, policy.openOptimizer(TinyWorld.RATE))
                .examples(text)
                .settings(SupervisedSettings.of(3, 4, LearningRateSchedule.constant(0.1)))
                .listener(monitor)
                .build()
                .run();
        assertThat(monitor.state().rules()).containsOnlyKeys(HealthCheck.GRADIENT_SPIKE);
        assertThat(monitor.state().rules().get(HealthCheck.GRADIENT_SPIKE).recent())
                .hasSize(3);
    }

    @Test
    void aListenerThatFailsIsLoggedAndTheOthersHearTheWarning() {
        HealthListener broken = new HealthListener() {
            @Override
            public void warningRaised(HealthWarning.Raised event) {
                throw new IllegalStateException("broken observer");
            }
        };
        RewardVerifier allEqual = attempt -> new Verdict.Scored(0, RewardReason.CUSTOM);
        String logged = StandardError.captured(() -> TinyWorld.trainer(TinyWorld.policy(), TinyWorld.settings(10))
                .verifier(allEqual)
                .listener(new HealthMonitor(EAGER, HealthState.NEW, LIMIT, List.of(broken, log)))
                .build()
                .run());
        assertThat(logged).contains("broken observer");
        assertThat(log.warnings()).containsExactly("3 LIVE_GROUP_STARVATION");
    }
}
