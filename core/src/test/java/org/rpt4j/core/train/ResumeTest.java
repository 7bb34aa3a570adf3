package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.error.BackendMemoryException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.core.objective.CorpusTerm;
import org.rpt4j.core.objective.Objective;
import org.rpt4j.core.objective.Preset;
import org.rpt4j.core.rollout.GradedRollout;
import org.rpt4j.core.train.TrainingEvent.Validated;
import org.rpt4j.core.train.Validation.Direction;

/** N steps equal k steps followed by N - k steps from the state after them. */
class ResumeTest {

    private static final int STEPS = 8;

    /** The weights and the state at one moment. */
    private record Saved(double[][] logits, TrainerState state) {}

    private final Map<Long, Saved> saved = new TreeMap<>();

    static Stream<Objective> objectives() {
        return Stream.concat(
                Objective.all().stream(),
                Stream.of(
                        Preset.KDRL.objective(),
                        Preset.LOPTI.objective(),
                        Objective.GRPO.toBuilder()
                                .loss(Objective.GRPO.loss().toBuilder()
                                        .entropyWeight(0.1)
                                        .entropyTarget(2)
                                        .build())
                                .build(),
                        Objective.GRPO.toBuilder()
                                .corpus(new CorpusTerm(0.1, 2))
                                .build()));
    }

    @ParameterizedTest
    @MethodSource("objectives")
    void everyStepOfEveryObjectiveCanBeContinuedFrom(Objective objective) {
        RptSettings settings = settings(objective);
        EventLog log = new EventLog();
        TabularPolicy whole = TinyWorld.halfTrainedPolicy();
        TrainingResult result = saving(whole, settings).listener(log).build().run();
        assertThat(saved).hasSize(STEPS);

        for (Saved from : List.copyOf(saved.values())) {
            EventLog rest = new EventLog();
            TabularPolicy resumed = policy(from);
            TrainingResult ended = trainer(resumed, settings)
                    .resume(from.state())
                    .listener(rest)
                    .build()
                    .run();
            int k = (int) from.state().nextStep();
            assertThat(resumed.logits).as("weights, resumed before step %d", k).isDeepEqualTo(whole.logits);
            assertThat(timeless(rest)).isEqualTo(timeless(log).subList(k, STEPS));
            assertThat(ended.updates()).isEqualTo(result.updates());
            assertThat(ended.emptySteps()).isEqualTo(result.emptySteps());
        }
    }

    /** Passes that were halved for lack of memory stay halved, bit for bit. */
    @Test
    void passesThatWereHalvedStayHalved() {
        RptSettings settings = settings(Objective.GRPO);
        TabularPolicy whole = TinyWorld.halfTrainedPolicy();
        int[] passes = {0};
        whole.atForward = () -> {
            if (++passes[0] == 3) {
                throw new BackendMemoryException("out of memory");
            }
        };
        EventLog log = new EventLog();
        saving(whole, settings).listener(log).build().run();
        long reducedIn = log.of(TrainingEvent.MicroBatchReduced.class).get(0).step();
        List<Saved> later = saved.values().stream()
                .filter(at -> at.state().nextStep() > reducedIn)
                .toList();
        assertThat(later).isNotEmpty().allSatisfy(from -> {
            assertThat(from.state().passTokens()).isPositive();
            TabularPolicy resumed = policy(from);
            trainer(resumed, settings).resume(from.state()).build().run();
            assertThat(resumed.logits).isDeepEqualTo(whole.logits);
        });
        assertThat(saved.values())
                .filteredOn(at -> at.state().nextStep() <= reducedIn)
                .allSatisfy(at -> assertThat(at.state().passTokens()).isZero());
    }

    @Test
    void surplusGroupsKeepTheirAgeAcrossAResume() {
        RptSettings settings = settings(Objective.GRPO);
        saving(TinyWorld.halfTrainedPolicy(), settings).build().run();
        assertThat(saved.values())
                .anySatisfy(at -> assertThat(at.state().supply().carried()).isNotEmpty());
        assertThat(saved.values())
                .allSatisfy(at -> assertThat(at.state().supply().carried())
                        .allSatisfy(group -> assertThat(group.policyVersion()).isBetween(-3L, 0L)));
    }

    /** Wherever a step is interrupted, the saved state is the one before it. */
    @Test
    void anInterruptedStepIsRepeatedFromItsStart() {
        RptSettings settings = settings(Objective.GRPO);
        TabularPolicy whole = TinyWorld.halfTrainedPolicy();
        saving(whole, settings).build().run();
        int rollouts = settings.promptsPerStep() * settings.sampling().groupSize();

        for (int cut = 1; cut < 5 * rollouts; cut += 41) {
            int at = cut;
            saved.clear();
            int[] extracted = {0};
            saving(TinyWorld.halfTrainedPolicy(), settings)
                    .extractor(rollout -> {
                        interruptAt(++extracted[0], at);
                        return TinyWorld.extract(rollout);
                    })
                    .build()
                    .run();
            assertThat(Thread.interrupted()).as("cut at %d", cut).isTrue();
            Saved last = last();
            TabularPolicy resumed = policy(last);
            trainer(resumed, settings).resume(last.state()).build().run();
            assertThat(resumed.logits).as("cut at %d", cut).isDeepEqualTo(whole.logits);
        }
    }

    @Test
    void aStepInterruptedBetweenTwoUpdatesIsNotSaved() {
        RptSettings settings =
                settings(Objective.GRPO).toBuilder().updatesPerBatch(2).build();
        TabularPolicy policy = TinyWorld.halfTrainedPolicy();
        int[] passes = {0};
        policy.atForward = () -> {
            if (++passes[0] == 6) {
                throw new OperationCancelledException("interrupted");
            }
        };
        TrainingResult result = saving(policy, settings).build().run();
        assertThat(result.outcome()).isEqualTo(TrainingResult.Outcome.CANCELLED);
        assertThat(result.nextStep()).isEqualTo(2);
        assertThat(saved).containsOnlyKeys(1L, 2L);
        assertThat(Arrays.deepEquals(last().logits(), policy.logits)).isFalse();
    }

    @Test
    void skipCountsContinueAfterAResume() {
        TrainerState state =
                new TrainerState(2, 1, 3, 4, 0, TrainerState.SupplyState.NONE, TrainerState.ValidationState.NONE);
        TrainingResult result = trainer(TinyWorld.halfTrainedPolicy(), settings(Objective.GRPO))
                .resume(state)
                .build()
                .run();
        assertThat(result.numericalSkips()).isEqualTo(4);
        assertThat(result.emptySteps()).isEqualTo(3);
        assertThat(result.updates()).isEqualTo(1 + STEPS - 2);
    }

    @Test
    void patienceAndTheBestContinueAfterAResume() {
        Validation worse = Validation.of("accuracy", Direction.MAXIMISE, 1, () -> 0.1).toBuilder()
                .patience(3)
                .build();
        TrainerState state = new TrainerState(
                2, 2, 0, 0, 0, TrainerState.SupplyState.NONE, new TrainerState.ValidationState(0, 0.7, 2));
        EventLog log = new EventLog();
        TrainingResult result = trainer(TinyWorld.halfTrainedPolicy(), settings(Objective.GRPO))
                .resume(state)
                .validation(worse)
                .listener(log)
                .build()
                .run();
        assertThat(result.outcome()).isEqualTo(TrainingResult.Outcome.STOPPED_EARLY);
        assertThat(result.nextStep()).isEqualTo(3);
        assertThat(log.of(TrainingEvent.Validated.class))
                .containsExactly(new TrainingEvent.Validated(2, "accuracy", 0.1, 0, 0.7));
    }

    /** After the second step, and after the last. */
    @ParameterizedTest
    @ValueSource(longs = {2, STEPS})
    void anInterruptedMeasurementIsRepeatedAfterAResume(long cut) {
        RptSettings settings = settings(Objective.GRPO);
        List<Validated> all = new ArrayList<>();
        TabularPolicy whole = TinyWorld.halfTrainedPolicy();
        saving(whole, settings)
                .validation(accuracy(() -> all.size() == 2 ? 0.4 : 0.2))
                .listener(validations(all))
                .build()
                .run();
        TrainerState end = last().state();

        saved.clear();
        List<Validated> parts = new ArrayList<>();
        TrainingResult result = saving(TinyWorld.halfTrainedPolicy(), settings)
                .validation(accuracy(() -> {
                    if (parts.size() + 1 == cut / 2) {
                        throw new OperationCancelledException("interrupted");
                    }
                    return parts.size() == 2 ? 0.4 : 0.2;
                }))
                .listener(validations(parts))
                .build()
                .run();
        assertThat(result.outcome()).isEqualTo(TrainingResult.Outcome.CANCELLED);
        assertThat(Thread.interrupted()).isTrue();
        Saved at = last();
        assertThat(at.state().nextStep()).isEqualTo(cut);
        TabularPolicy resumed = policy(at);
        saving(resumed, settings)
                .resume(at.state())
                .validation(accuracy(() -> parts.size() == 2 ? 0.4 : 0.2))
                .listener(validations(parts))
                .build()
                .run();
        assertThat(parts).isEqualTo(all).hasSize(STEPS / 2);
        assertThat(last().state().validation()).isEqualTo(end.validation());
        assertThat(resumed.logits).isDeepEqualTo(whole.logits);
    }

    private static Validation accuracy(DoubleSupplier measure) {
        return Validation.of("accuracy", Direction.MAXIMISE, 2, measure);
    }

    private static TrainingListener validations(List<Validated> into) {
        return new TrainingListener() {
            @Override
            public void validated(Validated event) {
                into.add(event);
            }
        };
    }

    @Test
    void aRunThatHadStoppedEarlyStaysStopped() {
        Validation any = Validation.of("accuracy", Direction.MAXIMISE, 1, () -> 1).toBuilder()
                .patience(2)
                .build();
        TrainerState state = new TrainerState(
                2, 2, 0, 0, 0, TrainerState.SupplyState.NONE, new TrainerState.ValidationState(0, 0.7, 2));
        TrainingResult result = trainer(TinyWorld.policy(), settings(Objective.GRPO))
                .resume(state)
                .validation(any)
                .build()
                .run();
        assertThat(result.outcome()).isEqualTo(TrainingResult.Outcome.STOPPED_EARLY);
        assertThat(result.nextStep()).isEqualTo(2);
    }

    @Test
    void aStateThatDoesNotFitIsRefused() {
        RptTrainerBuilder builder = trainer(
                        TinyWorld.policy(),
                        settings(Objective.GRPO).toBuilder().startStep(3).build())
                .passRates(new PassRates(Map.of(1L, new PassRates.Count(8, 4))))
                .resume(TrainerState.at(STEPS + 1));
        assertThatIllegalStateException()
                .isThrownBy(builder::build)
                .withMessageContaining("continues with step 9, the settings start with step 3")
                .withMessageContaining("stop before step 8")
                .withMessageContaining("do not call passRates");
    }

    private static void interruptAt(int count, int at) {
        if (count == at) {
            Thread.currentThread().interrupt();
        }
    }

    /** The band of a curriculum follows from the step or the pass rates, which the state has. */
    @ParameterizedTest
    @EnumSource(
            value = DynamicSampling.Curriculum.class,
            names = {"TIME", "POLICY"})
    void aCurriculumGoesOn(DynamicSampling.Curriculum curriculum) {
        RptSettings settings = settings(Objective.GRPO);
        settings = settings.toBuilder()
                .dynamicSampling(settings.dynamicSampling().toBuilder()
                        .startStep(0)
                        .curriculum(curriculum)
                        .bandWidth(0.3)
                        .build())
                .build();
        TabularPolicy whole = TinyWorld.halfTrainedPolicy();
        saving(whole, settings).build().run();
        for (Saved from : List.copyOf(saved.values())) {
            TabularPolicy resumed = policy(from);
            trainer(resumed, settings).resume(from.state()).build().run();
            assertThat(resumed.logits).isDeepEqualTo(whole.logits);
        }
    }

    private static RptSettings settings(Objective objective) {
        int staleness = objective.advantage().onPolicyOnly() ? 0 : 2;
        return TinyWorld.settings(STEPS).toBuilder()
                .objective(objective)
                .dynamicSampling(DynamicSampling.builder()
                        .startStep(2)
                        .budget(6)
                        .maxStaleness(staleness)
                        .build())
                .build();
    }

    private static RptTrainerBuilder trainer(TabularPolicy policy, RptSettings settings) {
        RptTrainerBuilder builder = TinyWorld.trainer(policy, settings);
        return settings.objective().loss().klWeight() > 0 ? builder.reference(TinyWorld.policy()) : builder;
    }

    private RptTrainerBuilder saving(TabularPolicy policy, RptSettings settings) {
        return trainer(policy, settings)
                .checkpoints(new Checkpoints(
                        1,
                        Checkpoints.Action.blocking(
                                state -> saved.put(state.nextStep(), new Saved(copy(policy.logits), state)))));
    }

    private Saved last() {
        return new ArrayList<>(saved.values()).get(saved.size() - 1);
    }

    private static TabularPolicy policy(Saved from) {
        TabularPolicy policy = TinyWorld.policy();
        for (int i = 0; i < policy.logits.length; i++) {
            policy.logits[i] = from.logits()[i].clone();
        }
        return policy;
    }

    private static double[][] copy(double[][] logits) {
        return Arrays.stream(logits).map(double[]::clone).toArray(double[][]::new);
    }

    /** The samples and metrics of each step, without times. */
    private static List<Object> timeless(EventLog log) {
        List<TrainingEvent.RolloutsSampled> sampled = log.of(TrainingEvent.RolloutsSampled.class);
        List<Object> steps = new ArrayList<>();
        for (int i = 0; i < sampled.size(); i++) {
            StepMetrics metrics = log.steps().get(i);
            steps.add(List.of(
                    metrics.step(),
                    metrics.rollouts(),
                    metrics.groups(),
                    metrics.update(),
                    sampled.get(i).groups().stream()
                            .flatMap(group -> group.rollouts().stream())
                            .map(GradedRollout::rollout)
                            .map(ResumeTest::text)
                            .toList()));
        }
        return steps;
    }

    private static String text(Rollout rollout) {
        return Arrays.toString(rollout.tokens()) + Arrays.toString(rollout.logProbs());
    }
}
