package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.core.objective.Objective;
import org.rpt4j.core.objective.PolicyLoss;

/** Training on rollouts of a sampler that is not the policy. */
class RoundedSamplerTest {

    private static final double TILT = 0.3;

    private final TabularPolicy policy = TinyWorld.policy();

    /** The policy with every logit moved a little, up or down. */
    private record Tilted(TabularPolicy exact) implements Policy {

        @Override
        public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
            TabularPolicy moved = TinyWorld.policy();
            for (int i = 0; i < TinyWorld.VOCABULARY; i++) {
                for (int j = 0; j < TinyWorld.VOCABULARY; j++) {
                    moved.logits[i][j] = exact.logits[i][j] + ((i + j) % 2 == 0 ? TILT : -TILT);
                }
            }
            moved.versionLie = exact.version();
            return moved.generate(prompts, options);
        }

        @Override
        public TokenValues logProbs(TokenBatch batch) {
            throw new AssertionError("training needs the log-probabilities of the policy");
        }

        @Override
        public ModelDescription description() {
            return exact.description();
        }

        @Override
        public long version() {
            return exact.version();
        }

        @Override
        public void close() {}
    }

    private static RptSettings settings(double cap, long steps) {
        PolicyLoss loss = Objective.GRPO.loss().toBuilder().importanceCap(cap).build();
        return TinyWorld.settings(steps).toBuilder()
                .objective(Objective.GRPO.toBuilder().loss(loss).build())
                .logProbGapLimit(1.5)
                .build();
    }

    @Test
    void thePolicyLearnsFromRolloutsOfItsSampler() {
        policy.sampler = new Tilted(policy);
        EventLog log = new EventLog();
        TinyWorld.trainer(policy, settings(2, 400)).listener(log).build().run();
        List<TrainingEvent.RolloutsSampled> sampled = log.of(TrainingEvent.RolloutsSampled.class);
        assertThat(sampled.get(0).rollouts().hitRate()).isLessThan(0.15);
        assertThat(sampled.subList(395, 400))
                .allSatisfy(event -> assertThat(event.rollouts().hitRate()).isGreaterThan(0.8));
        List<UpdateMetrics.SamplerMetrics> metrics = log.of(TrainingEvent.StepCompleted.class).stream()
                .map(event -> event.metrics().update().sampler().orElseThrow())
                .toList();
        // E_q[p / q] = 1, whatever the sampler
        assertThat(mean(metrics, UpdateMetrics.SamplerMetrics::meanRatio)).isCloseTo(1, within(0.02));
        assertThat(mean(metrics, UpdateMetrics.SamplerMetrics::divergence)).isBetween(0.01, 0.2);
        assertThat(metrics).allSatisfy(one -> assertThat(one.divergence()).isPositive());
    }

    private static double mean(
            List<UpdateMetrics.SamplerMetrics> metrics, ToDoubleFunction<UpdateMetrics.SamplerMetrics> value) {
        return metrics.stream().mapToDouble(value).average().orElseThrow();
    }

    @Test
    void anObjectiveThatDoesNotCorrectForTheSamplerIsRefused() {
        policy.sampler = new Tilted(policy);
        assertThatIllegalStateException()
                .isThrownBy(() -> TinyWorld.trainer(policy, settings(0, 1)).build())
                .withMessageContainingAll("rollout-precision", "importance-cap above 0");
    }

    @Test
    void anExactSamplerHasRatio1() {
        EventLog log = new EventLog();
        TinyWorld.trainer(policy, settings(2, 3)).listener(log).build().run();
        assertThat(log.of(TrainingEvent.StepCompleted.class))
                .isNotEmpty()
                .allSatisfy(event -> assertThat(event.metrics().update().sampler())
                        .hasValueSatisfying(sampler -> {
                            assertThat(sampler.meanRatio()).isCloseTo(1, within(1e-9));
                            assertThat(sampler.truncatedShare()).isZero();
                        }));
    }

    /** Two tokens with p / q = 2 and 1 / 2: the logarithms cancel, (2 - 1 + 1/2 - 1) / 2 = 1/4. */
    @Test
    void driftIsTheMeanOverTokens() {
        SamplerDrift drift =
                new SamplerDrift(PolicyLoss.builder().importanceCap(1.5).build());
        assertThat(drift.metrics()).isEmpty();
        drift.add(new double[] {Math.log(0.5)}, new double[] {Math.log(0.25)});
        drift.add(new double[] {Math.log(0.25)}, new double[] {Math.log(0.5)});
        assertThat(drift.metrics()).hasValueSatisfying(metrics -> {
            assertThat(metrics.meanRatio()).isCloseTo(1.25, within(1e-12));
            assertThat(metrics.truncatedShare()).isEqualTo(0.5);
            assertThat(metrics.divergence()).isCloseTo(0.25, within(1e-12));
        });
    }
}
