package org.rpt4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.RolloutPrecision;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.StopCondition;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.error.TokenizerException;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.core.prompt.ThoughtFormat;
import org.rpt4j.core.prompt.ThoughtRule;
import org.rpt4j.core.reward.ClosedBoxStop;
import org.rpt4j.core.reward.ThoughtEnd;
import org.rpt4j.core.tokenize.TinyTokenizers;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.tck.reference.ReferenceBackend;

class SparkPolicyTest {

    private static final SamplingOptions SAMPLING = SamplingOptions.builder()
            .groupSize(4)
            .temperature(1)
            .maxTokens(60)
            .seed(3)
            .step(2)
            .build();

    @TempDir
    private Path directory;

    private ModelSource model;
    private Tokenizer tokenizer;
    private ReferenceBackend local;

    @BeforeEach
    void open() {
        model = SmallModel.write(directory.resolve("model"));
        tokenizer = Tokenizer.open(model.directory());
        local = new ReferenceBackend(BackendOptions.DEFAULTS);
    }

    @AfterEach
    void close() {
        tokenizer.close();
        local.close();
    }

    @Test
    void samplesTheRolloutsOfOneProcessWhateverTheSizeOfATask() {
        List<RolloutGroup> expected = local.openPolicy(model).generate(SmallModel.prompts(7), SAMPLING);
        for (int perTask : new int[] {1, 3, 100}) {
            try (SparkBackend cluster = LocalCluster.reference(
                            ClusterOptions.builder().promptsPerTask(perTask).build());
                    Policy policy = cluster.openPolicy(model)) {
                assertThat(policy.generate(SmallModel.prompts(7), SAMPLING))
                        .as("%d prompts per task", perTask)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void computesTheLogProbabilitiesOfOneProcess() {
        TokenBatch.Builder builder = TokenBatch.builder(0.7);
        for (int i = 0; i < 5; i++) {
            builder.add(
                    SmallModel.tokens(4, i), List.of(SmallModel.tokens(3 + i, 50 + i), SmallModel.tokens(2, 80 + i)));
        }
        TokenBatch batch = builder.build();
        try (SparkBackend cluster = LocalCluster.reference(
                        ClusterOptions.builder().promptsPerTask(2).build());
                Policy policy = cluster.openPolicy(model)) {
            assertThat(policy.logProbs(batch)).isEqualTo(local.openPolicy(model).logProbs(batch));
        }
    }

    @Test
    void endsRolloutsAtAClosedBox() {
        ClosedBoxStop stop = new ClosedBoxStop(tokenizer, ThoughtFormat.of(ThoughtRule.NONE, tokenizer));
        assertStopsLikeOneProcess(stop);
    }

    @Test
    void endsRolloutsWithTheirThought() {
        assertStopsLikeOneProcess(new ThoughtEnd(tokenizer, "</think>"));
    }

    private void assertStopsLikeOneProcess(StopCondition stop) {
        SamplingOptions sampling =
                SAMPLING.toBuilder().maxTokens(200).stopCondition(stop).build();
        List<RolloutGroup> expected = local.openPolicy(model).generate(SmallModel.prompts(8), sampling);
        assertThat(expected.stream().flatMap(group -> group.rollouts().stream()).map(Rollout::finish))
                .as("the condition ends some rollouts, or the test says nothing")
                .contains(FinishReason.STOP_CONDITION);
        try (SparkBackend cluster = LocalCluster.reference(ClusterOptions.DEFAULTS);
                Policy policy = cluster.openPolicy(model)) {
            assertThat(policy.generate(SmallModel.prompts(8), sampling)).isEqualTo(expected);
        }
    }

    @Test
    void refusesRolloutsOfRoundedWeights() {
        SparkBackend.Builder builder = SparkBackend.builder(LocalCluster.context(), ReferenceBackend.NAME)
                .options(BackendOptions.DEFAULTS.toBuilder()
                        .rolloutPrecision(RolloutPrecision.INT8)
                        .build());
        assertThatThrownBy(builder::build)
                .isInstanceOf(UnsupportedCapabilityException.class)
                .hasMessageContaining("Backend \"spark\" was asked for rollout-precision INT8");
    }

    @Test
    void refusesAStopConditionOfAnotherTokenizer() {
        TinyTokenizers.byteLevel(directory.resolve("other"), List.of("\\box", "}"), List.of("</think>"));
        try (Tokenizer other = Tokenizer.open(directory.resolve("other"));
                SparkBackend cluster = LocalCluster.reference(ClusterOptions.DEFAULTS);
                Policy policy = cluster.openPolicy(model)) {
            SamplingOptions sampling = SAMPLING.toBuilder()
                    .stopCondition(new ThoughtEnd(other, "</think>"))
                    .build();
            assertThatThrownBy(() -> policy.generate(SmallModel.prompts(1), sampling))
                    .isInstanceOf(TokenizerException.class)
                    .hasMessageContaining("another vocabulary")
                    .hasMessageContaining("executor");
        }
    }

    @Test
    void refusesAStopConditionThatDoesNotTravel() {
        SamplingOptions sampling =
                SAMPLING.toBuilder().stopCondition(() -> token -> token == 7).build();
        try (SparkBackend cluster = LocalCluster.reference(ClusterOptions.DEFAULTS);
                Policy policy = cluster.openPolicy(model)) {
            assertThatThrownBy(() -> policy.generate(SmallModel.prompts(1), sampling))
                    .isInstanceOf(UnsupportedCapabilityException.class)
                    .hasMessageContaining(getClass().getName())
                    .hasMessageContaining("cut-on-driver");
        }
    }

    @Test
    void cutsOnTheDriverIfAllowed() {
        SamplingOptions sampling = SAMPLING.toBuilder()
                .stopCondition(() -> token -> token % 50 == 7)
                .build();
        ClusterOptions options = ClusterOptions.builder().cutOnDriver(true).build();
        try (SparkBackend cluster = LocalCluster.reference(options);
                Policy policy = cluster.openPolicy(model)) {
            assertThat(policy.generate(SmallModel.prompts(5), sampling))
                    .isEqualTo(local.openPolicy(model).generate(SmallModel.prompts(5), sampling));
        }
    }

    @Test
    void executorsCloseTheModelsOfAClosedPolicy() {
        int before = ExecutorModels.HERE.count();
        try (SparkBackend cluster = LocalCluster.reference(ClusterOptions.DEFAULTS);
                Policy other = cluster.openPolicy(model)) {
            try (Policy policy = cluster.openPolicy(model)) {
                policy.generate(SmallModel.prompts(2), SAMPLING);
                policy.generate(SmallModel.prompts(3), SAMPLING);
                other.generate(SmallModel.prompts(1), SAMPLING);
                assertThat(ExecutorModels.HERE.count()).isEqualTo(before + 2);
            }
            assertThat(ExecutorModels.HERE.count()).isEqualTo(before + 1);
            assertThat(other.generate(SmallModel.prompts(1), SAMPLING)).hasSize(1);
        }
        assertThat(ExecutorModels.HERE.count()).isEqualTo(before);
    }

    @Test
    void saysWhatExecutorsComputed() {
        try (SparkBackend cluster = LocalCluster.reference(
                        ClusterOptions.builder().promptsPerTask(2).build());
                Policy policy = cluster.openPolicy(model)) {
            policy.generate(SmallModel.prompts(5), SAMPLING);
            assertThat(cluster.workers()).singleElement().satisfies(use -> {
                assertThat(use.name()).startsWith("executor driver on ");
                assertThat(use.items()).isEqualTo(5);
                assertThat(use.fetchedBytes()).isPositive();
            });
        }
    }
}
