package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.GradientAccess;
import org.rpt4j.api.GradientWorkers;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.WeightedBatch;
import org.rpt4j.api.error.BackendFailureException;
import org.rpt4j.api.error.BackendMemoryException;

class GradientShardsTest {

    /** Four to eight micro-batches per step. */
    private static final int PASS = 40;

    private static RptSettings settings(int shards) {
        return TinyWorld.settings(3).toBuilder()
                .microBatchTokens(PASS)
                .gradientShards(shards)
                .build();
    }

    private static TabularPolicy trained(TabularPolicy policy, RptSettings settings) {
        TinyWorld.trainer(policy, settings).build().run();
        return policy;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 64})
    void shardsGiveTheWeightsOfOneGradientUpToRounding(int shards) {
        double[][] whole = trained(TinyWorld.halfTrainedPolicy(), settings(1)).logits;
        double[][] sharded = trained(TinyWorld.halfTrainedPolicy(), settings(shards)).logits;
        for (int i = 0; i < whole.length; i++) {
            assertThat(sharded[i]).containsExactly(whole[i], within(1e-5));
        }
        assertThat(sharded).as("rounded shard by shard").isNotEqualTo(whole);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void workersGiveTheBitsOfThisProcess(int shards) {
        TabularPolicy alone = trained(TinyWorld.halfTrainedPolicy(), settings(shards));
        TabularPolicy driver = TinyWorld.halfTrainedPolicy();
        Workers workers = new Workers(driver);
        driver.workers = Optional.of(workers);
        trained(driver, settings(shards));
        assertThat(driver.logits).isEqualTo(alone.logits);
        assertThat(driver.backwards).as("backward passes of the driver").isZero();
        assertThat(workers.shardsOfSteps).hasSize(3).allMatch(found -> found == shards);
    }

    @Test
    void theLossIsThatOfTheMicroBatchesInTheirOrder() {
        List<Double> losses = new ArrayList<>();
        for (int shards : new int[] {2, 3}) {
            EventLog log = new EventLog();
            TinyWorld.trainer(TinyWorld.halfTrainedPolicy(), settings(shards))
                    .listener(log)
                    .build()
                    .run();
            losses.add(log.steps().get(0).update().loss());
        }
        assertThat(losses.get(0)).isEqualTo(losses.get(1));
    }

    @Test
    void aWorkerThatFailsEndsTheRunWithTheWeightsBeforeTheStep() {
        TabularPolicy policy = TinyWorld.halfTrainedPolicy();
        policy.workers = Optional.of(new Workers(policy) {
            @Override
            public List<FloatBuffer> gradients(List<List<WeightedBatch>> shards) {
                throw new BackendFailureException("executor 3 is gone");
            }
        });
        assertThatExceptionOfType(BackendFailureException.class)
                .isThrownBy(() -> trained(policy, settings(2)))
                .withMessageContaining("The backward pass")
                .withMessageContaining("executor 3 is gone");
        assertThat(policy.version()).isZero();
        assertThat(policy.gradient[0]).containsOnly(0);
    }

    @Test
    void aGradientOfAnotherModelIsRefused() {
        TabularPolicy policy = TinyWorld.halfTrainedPolicy();
        policy.workers = Optional.of(new Workers(policy) {
            @Override
            public List<FloatBuffer> gradients(List<List<WeightedBatch>> shards) {
                return List.of(FloatBuffer.allocate(80), FloatBuffer.allocate(80));
            }
        });
        assertThatExceptionOfType(BackendFailureException.class)
                .isThrownBy(() -> trained(policy, settings(2)))
                .withMessageContaining("80 gradients for 81 parameters");
    }

    @Test
    void aSumThatTheHeapCannotHoldIsRefusedByTheSetting() {
        assertThatExceptionOfType(BackendMemoryException.class)
                .isThrownBy(() -> new GradientTotal(Long.MAX_VALUE / 8, 4))
                .withMessageContaining("4 gradient shards")
                .withMessageContaining("-Xmx")
                .withMessageContaining("gradient-shards");
    }

    /** Computes what a worker would: with a copy of the weights, from zero. */
    private static class Workers implements GradientWorkers {

        private final TabularPolicy driver;
        private final List<Integer> shardsOfSteps = new ArrayList<>();

        Workers(TabularPolicy driver) {
            this.driver = driver;
        }

        private TabularPolicy copy() {
            TabularPolicy copy = TinyWorld.policy();
            for (int i = 0; i < copy.logits.length; i++) {
                copy.logits[i] = driver.logits[i].clone();
            }
            return copy;
        }

        @Override
        public List<TokenValues> logProbs(List<TokenBatch> batches) {
            return batches.stream().map(copy()::logProbs).toList();
        }

        @Override
        public List<FloatBuffer> gradients(List<List<WeightedBatch>> shards) {
            shardsOfSteps.add(shards.size());
            return shards.stream().map(this::gradient).toList();
        }

        private FloatBuffer gradient(List<WeightedBatch> shard) {
            TabularPolicy copy = copy();
            for (WeightedBatch part : shard) {
                try (ForwardPass pass = copy.forward(part.batch())) {
                    pass.backward(part.weights());
                }
            }
            GradientAccess access = copy.gradients();
            FloatBuffer all = FloatBuffer.allocate((int) access.size());
            access.read(0, all);
            return all.flip();
        }
    }
}
