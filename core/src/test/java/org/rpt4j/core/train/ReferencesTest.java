package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.Policy;
import org.rpt4j.core.objective.Objective;

/** The reference of a penalty that becomes the present policy every so many steps. */
class ReferencesTest {

    private static final long STEPS = 8;
    private static final int RESET = 3;

    @Test
    void theReferenceIsRenewedBeforeEveryThirdStep() {
        List<Long> renewed = new ArrayList<>();
        Policy first = TinyWorld.policy();
        References references = new References(
                first,
                step -> {
                    renewed.add(step);
                    return TinyWorld.halfTrainedPolicy();
                },
                RESET);
        assertThat(references.at(0)).isSameAs(first);
        assertThat(references.at(2)).isSameAs(first);
        Policy second = references.at(3);
        assertThat(second).isNotSameAs(first);
        assertThat(references.at(4)).isSameAs(second);
        assertThat(references.at(6)).isNotSameAs(second);
        assertThat(renewed).containsExactly(3L, 6L);
        assertThat(new References(null, null, 0).at(3)).isNull();
    }

    /** A strong penalty holds the policy where it began, and lets it go on from where it is after a renewal. */
    @Test
    void aRenewedReferenceLetsThePolicyGoOn() {
        TabularPolicy held = TinyWorld.policy();
        TabularPolicy free = TinyWorld.policy();
        TinyWorld.trainer(held, settings(120, 0))
                .reference(TinyWorld.policy())
                .build()
                .run();
        TinyWorld.trainer(free, settings(120, RESET))
                .reference(TinyWorld.policy(), step -> copy(free))
                .build()
                .run();
        assertThat(answered(free)).isGreaterThan(answered(held) + 0.2);
    }

    /** How likely the answer to question 0 is. */
    private static double answered(TabularPolicy policy) {
        double sum = 0;
        for (double logit : policy.logits[TinyWorld.FIRST_QUESTION]) {
            sum += Math.exp(logit);
        }
        return Math.exp(policy.logits[TinyWorld.FIRST_QUESTION][1]) / sum;
    }

    @Test
    void everyStepCanBeContinuedFrom() {
        Map<Long, TabularPolicy> weights = new TreeMap<>(Map.of(0L, TinyWorld.halfTrainedPolicy()));
        Map<Long, TrainerState> states = new TreeMap<>();
        TabularPolicy whole = TinyWorld.halfTrainedPolicy();
        TinyWorld.trainer(whole, settings(STEPS, RESET))
                .reference(TinyWorld.halfTrainedPolicy(), step -> copy(whole))
                .checkpoints(new Checkpoints(1, Checkpoints.Action.blocking(state -> {
                    weights.put(state.nextStep(), copy(whole));
                    states.put(state.nextStep(), state);
                })))
                .build()
                .run();
        assertThat(states).hasSize((int) STEPS);
        states.forEach((step, state) -> {
            TabularPolicy resumed = copy(weights.get(step));
            long renewed = (step - 1) / RESET * RESET;
            TinyWorld.trainer(resumed, settings(STEPS, RESET))
                    .reference(copy(weights.get(renewed)), s -> copy(resumed))
                    .resume(state)
                    .build()
                    .run();
            assertThat(resumed.logits).as("resumed before step %d", step).isDeepEqualTo(whole.logits);
        });
    }

    @Test
    void aRenewalIsGivenExactlyIfTheObjectiveWantsIt() {
        TabularPolicy policy = TinyWorld.policy();
        RptTrainerBuilder lacking =
                TinyWorld.trainer(policy, settings(1, RESET)).reference(TinyWorld.policy());
        assertThatIllegalStateException()
                .isThrownBy(lacking::build)
                .withMessageContaining("the objective renews its reference, so call reference(policy, anew)");
        RptTrainerBuilder unwanted =
                TinyWorld.trainer(policy, settings(1, 0)).reference(TinyWorld.policy(), step -> copy(policy));
        assertThatIllegalStateException()
                .isThrownBy(unwanted::build)
                .withMessageContaining("klResetSteps of the objective is 0");
    }

    private static RptSettings settings(long steps, long resetSteps) {
        return TinyWorld.settings(steps).toBuilder()
                .objective(Objective.GRPO.toBuilder()
                        .loss(Objective.GRPO.loss().toBuilder()
                                .klWeight(0.5)
                                .klResetSteps(resetSteps)
                                .build())
                        .build())
                .build();
    }

    private static TabularPolicy copy(TabularPolicy policy) {
        TabularPolicy copy = TinyWorld.policy();
        for (int i = 0; i < copy.logits.length; i++) {
            copy.logits[i] = policy.logits[i].clone();
        }
        return copy;
    }
}
