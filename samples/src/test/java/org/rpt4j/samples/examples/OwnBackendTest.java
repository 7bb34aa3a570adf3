package org.rpt4j.samples.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Device;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.StopCondition;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.error.ContextOverflowException;
import org.rpt4j.api.error.DeviceUnavailableException;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.run.tiny.TinyCheckpoint;
import org.rpt4j.spi.Backends;

class OwnBackendTest {

    private static final SamplingOptions SAMPLING = SamplingOptions.greedy(200).toBuilder()
            .groupSize(4)
            .temperature(1)
            .seed(3)
            .step(1)
            .build();

    @TempDir
    private Path folder;

    private ModelSource model;

    @BeforeEach
    void writeModel() {
        TinyCheckpoint.initialize(folder, 6);
        model = ModelSource.directory(folder);
    }

    @Test
    void itIsFoundByNameAndItsSamplesAreUniformReproducibleAndWellFormed() {
        try (Backend backend = Backends.open("dice");
                Policy policy = backend.openPolicy(model)) {
            Prompt prompt = new Prompt(9, new int[] {1, 2});
            RolloutGroup group = policy.generate(List.of(prompt), SAMPLING).get(0);
            TokenBatch batch = TokenBatch.builder(1).add(group).build();

            assertThat(group.rollouts()).extracting(Rollout::member).containsExactly(0, 1, 2, 3);
            assertThat(batch.completionTokens()).hasSize(800).containsOnly(0, 1, 2, 3, 4, 5);
            assertThat(group.rollouts().get(0).tokens())
                    .isNotEqualTo(group.rollouts().get(1).tokens());
            assertThat(policy.logProbs(batch).values()).hasSize(800).containsOnly(-Math.log(6));
            assertThat(group.rollouts().get(0).logProbs()).containsOnly(-Math.log(6));
            assertThat(policy.generate(List.of(new Prompt(1, new int[] {5}), prompt), SAMPLING)
                            .get(1)
                            .rollouts()
                            .get(2)
                            .tokens())
                    .isEqualTo(group.rollouts().get(2).tokens());
        }
    }

    @Test
    void itStopsWhereItIsTold() {
        try (Policy policy =
                new OwnBackend().create(() -> BackendOptions.DEFAULTS).openPolicy(model)) {
            List<Prompt> prompts = List.of(new Prompt(0, new int[] {1}));
            Rollout token = policy.generate(
                            prompts,
                            SAMPLING.toBuilder()
                                    .stopTokens(Set.of(4))
                                    .stopCondition(StopCondition.NEVER)
                                    .build())
                    .get(0)
                    .rollouts()
                    .get(0);
            Rollout condition = policy.generate(
                            prompts,
                            SAMPLING.toBuilder()
                                    .stopTokens(Set.of())
                                    .stopCondition(() -> id -> id == 2)
                                    .build())
                    .get(0)
                    .rollouts()
                    .get(0);
            Rollout limit = policy.generate(
                            prompts, SAMPLING.toBuilder().maxTokens(3).build())
                    .get(0)
                    .rollouts()
                    .get(0);

            assertThat(token.finish()).isEqualTo(FinishReason.STOP_TOKEN);
            assertThat(token.tokens()).endsWith(4).containsOnlyOnce(4);
            assertThat(condition.finish()).isEqualTo(FinishReason.STOP_CONDITION);
            assertThat(condition.tokens()).endsWith(2).containsOnlyOnce(2);
            assertThat(limit.finish()).isEqualTo(FinishReason.LENGTH);
            assertThat(limit.length()).isEqualTo(3);
        }
    }

    @Test
    void itRefusesWhatItCannotDo() {
        BackendOptions gpu =
                BackendOptions.DEFAULTS.toBuilder().device(Device.cuda(0)).build();
        assertThatThrownBy(() -> Backends.open("dice", gpu)).isInstanceOf(DeviceUnavailableException.class);
        try (Backend backend = Backends.open("dice");
                Policy policy = backend.openPolicy(model)) {
            List<Prompt> tooLong = List.of(new Prompt(0, new int[TinyCheckpoint.CONTEXT]));

            assertThatThrownBy(() -> backend.openTrainablePolicy(model))
                    .isInstanceOf(UnsupportedCapabilityException.class);
            assertThatThrownBy(() -> policy.generate(tooLong, SAMPLING)).isInstanceOf(ContextOverflowException.class);
        }
    }

    @Test
    void theProgramRolls() {
        assertThat(Printed.by(() -> OwnBackend.main(new String[] {folder.toString()}))
                        .strip())
                .matches("\\[[0-5](, [0-5]){9}]");
    }
}
