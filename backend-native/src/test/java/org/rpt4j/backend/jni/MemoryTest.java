package org.rpt4j.backend.jni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Policy;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.BackendMemoryException;
import org.rpt4j.api.error.BackendUnavailableException;
import org.rpt4j.spi.kit.AvailableMemory;
import org.rpt4j.tck.TinyModel;

/** An engine keeps to its budget and rejects what does not fit, with the numbers. */
@EnabledIf(Library.BUILT)
class MemoryTest {

    @TempDir
    private Path directory;

    @AfterEach
    void clear() {
        System.clearProperty(EngineSettings.MEMORY);
    }

    private NativeBackend open(String budget) {
        System.setProperty(EngineSettings.MEMORY, budget);
        return new NativeBackend(BackendOptions.DEFAULTS.toBuilder().threads(1).build());
    }

    @Test
    void aModelBeyondTheBudgetIsRefused() {
        try (NativeBackend backend = open("10k")) {
            assertThatThrownBy(() -> backend.openPolicy(TinyModel.LLAMA.write(directory)))
                    .isInstanceOf(BackendMemoryException.class)
                    .hasMessageContaining("the weights")
                    .hasMessageContaining("budget of 1 MiB (system property rpt4j.native.memory) has 1 MiB left");
            assertThat(backend.usedBytes()).isZero();
        }
    }

    @Test
    void fewerRolloutsAreDecodedAtATimeWhereMemoryIsShortAndTheyAreTheSame() {
        List<RolloutGroup> free;
        long all;
        try (NativeBackend backend = open("1g")) {
            Policy policy = backend.openPolicy(TinyModel.LLAMA.write(directory));
            policy.generate(
                    Batches.prompts(1),
                    Batches.SAMPLING.toBuilder().groupSize(1).build());
            all = backend.usedBytes();
            free = policy.generate(Batches.prompts(6), Batches.SAMPLING);
        }
        try (NativeBackend backend = open(Long.toString(all + 400_000))) {
            Policy policy = backend.openPolicy(TinyModel.LLAMA.write(directory));
            List<RolloutGroup> tight = policy.generate(Batches.prompts(6), Batches.SAMPLING);
            for (int g = 0; g < free.size(); g++) {
                for (int m = 0; m < Batches.SAMPLING.groupSize(); m++) {
                    assertThat(tight.get(g).rollouts().get(m).tokens())
                            .isEqualTo(free.get(g).rollouts().get(m).tokens());
                }
            }
        }
    }

    @Test
    void aRunThatDoesNotFitIsRefusedBeforeItBegins() {
        long loaded;
        try (NativeBackend backend = open("1g")) {
            TrainablePolicy policy = backend.openTrainablePolicy(TinyModel.LLAMA.write(directory));
            policy.openOptimizer(OptimizerOptions.PAPER);
            policy.generate(
                    Batches.prompts(1),
                    Batches.SAMPLING.toBuilder().groupSize(1).maxTokens(1).build());
            loaded = backend.usedBytes();
        }
        try (NativeBackend backend = open(Long.toString(loaded + 2000))) {
            TrainablePolicy policy = backend.openTrainablePolicy(TinyModel.LLAMA.write(directory));
            policy.openOptimizer(OptimizerOptions.PAPER);
            assertThatThrownBy(() -> policy.generate(Batches.prompts(2), Batches.SAMPLING))
                    .isInstanceOf(BackendMemoryException.class)
                    .hasMessageContaining("a run with a cache of")
                    .hasMessageContaining("MiB");
            assertThatThrownBy(() -> Batches.accumulate(policy, 1)).isInstanceOf(BackendMemoryException.class);
            assertThat(policy.version()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "lots", "-1", "4t", "1.5g"})
    void aBudgetThatIsNoNumberIsRefused(String text) {
        assertThatThrownBy(() -> EngineSettings.budget(text))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining(EngineSettings.MEMORY);
    }

    @Test
    void budgetsHaveUnits() {
        assertThat(EngineSettings.budget("12").bytes()).isEqualTo(12);
        assertThat(EngineSettings.budget("3k").bytes()).isEqualTo(3072);
        assertThat(EngineSettings.budget("2M").bytes()).isEqualTo(2 << 20);
        assertThat(EngineSettings.budget("4g").bytes()).isEqualTo(4L << 30);
    }

    @Test
    void theDefaultIsAShareOfWhatIsAvailable() {
        AvailableMemory budget = EngineSettings.budget(null);
        assertThat(budget.bytes()).isPositive();
        assertThat(budget.source()).startsWith("three quarters of ");
        AvailableMemory.find().ifPresent(available -> {
            assertThat(budget.bytes()).isLessThan(available.bytes());
            assertThat(budget.source()).endsWith(available.source());
        });
    }
}
