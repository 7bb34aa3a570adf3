package org.rpt4j.run.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Capability;
import org.rpt4j.api.Device;
import org.rpt4j.api.MemoryEstimate;
import org.rpt4j.api.MemoryUse;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.Workload;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.RunConfigurationBuilder;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.ObjectiveKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.SamplingKeys;
import org.rpt4j.run.config.section.TrainingKeys;

class ResourceCheckTest {

    private static final long MIB = 1 << 20;
    private static final long PARAMETERS = MIB;
    private static final Machine ROOMY = new Machine(1000 * MIB, 1000 * MIB, Optional.of(1000 * MIB));

    /** A backend that keeps 100 MiB, and 10 MiB on top for each token of a completion; or does not tell. */
    private record Estimating(boolean tells, List<Workload> asked) implements Backend {

        @Override
        public Optional<MemoryEstimate> estimateMemory(ModelSource model, List<Workload> work) {
            asked.addAll(work);
            return tells
                    ? Optional.of(new MemoryEstimate(
                            Device.CPU,
                            Map.of(MemoryUse.WEIGHTS, 60 * MIB, MemoryUse.OPTIMIZER, 40 * MIB),
                            work.stream()
                                    .map(each -> Map.of(MemoryUse.KV_CACHE, 10 * MIB * each.completionTokens()))
                                    .toList(),
                            Optional.of(new MemoryEstimate.Limit(900 * MIB, "its budget"))))
                    : Optional.empty();
        }

        @Override
        public String name() {
            return "estimating";
        }

        @Override
        public Set<Capability> capabilities() {
            return Set.of();
        }

        @Override
        public Set<String> optimizers() {
            return Set.of();
        }

        @Override
        public Policy openPolicy(ModelSource model) {
            throw new AssertionError("nothing is opened");
        }

        @Override
        public TrainablePolicy openTrainablePolicy(ModelSource model) {
            throw new AssertionError("nothing is opened");
        }

        @Override
        public ProxyScorer openProxyScorer(ModelSource model) {
            throw new AssertionError("nothing is opened");
        }

        @Override
        public void close() {}
    }

    private final List<Workload> asked = new ArrayList<>();

    private static RunConfigurationBuilder configuration() {
        return RunConfiguration.builder()
                .set(ModelKeys.DIRECTORY, Path.of("model"))
                .set(CorpusKeys.FILES, List.of("corpus.jsonl"))
                .set(SamplingKeys.MAX_TOKENS, 20)
                .set(TrainingKeys.MICRO_BATCH_TOKENS, 500)
                .set(RunKeys.DIRECTORY, Path.of("run"));
    }

    private ResourceCheck limits(RunConfigurationBuilder configuration, Machine machine) {
        return limits(configuration, machine, true);
    }

    private ResourceCheck limits(RunConfigurationBuilder configuration, Machine machine, boolean tells) {
        return new ResourceCheck(configuration.build(), new Estimating(tells, asked), machine, 40, PARAMETERS);
    }

    @Test
    void everyPhaseIsComparedAndWhatFitsPasses() {
        ResourceCheck limits = limits(configuration(), ROOMY);
        limits.require();
        assertThat(limits.needs())
                .extracting(ResourceCheck.Need::name)
                .containsExactly("scoring", "rollout", "training", "copy", "checkpoint");
        ResourceCheck.Need rollout = limits.needs().get(1);
        assertThat(rollout.kept()).isEqualTo(100 * MIB);
        assertThat(rollout.peak()).isEqualTo(300 * MIB);
        assertThat(rollout.available()).as("the backend's own limit is lower").isEqualTo(900 * MIB);
        assertThat(limits.needs().get(3).kept()).as("12 bytes per parameter").isEqualTo(12 * PARAMETERS);
        assertThat(limits.needs().get(4).kept())
                .as("two, one being written, the trained one")
                .isEqualTo(48 * MIB);
        assertThat(rollout.describe()).contains("needs 100 MiB, peak 300 MiB", "KV cache 200 MiB");
    }

    @Test
    void moreTokensThanAnyMachineHoldsAreRefusedWithTheirKeys() {
        RunConfigurationBuilder huge = configuration()
                .set(SamplingKeys.GROUP_SIZE, 1 << 30)
                .set(SamplingKeys.MAX_TOKENS, Integer.MAX_VALUE - 1);
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> limits(huge, ROOMY).require())
                .withMessageContaining("training.prompts-per-step, sampling.group-size");
    }

    /** A pass holds whole groups: eight completions of 20 after 40 tokens are 200, so two fit into 500. */
    @Test
    void theWorkIsThatOfTheConfiguration() {
        limits(configuration(), ROOMY).require();
        assertThat(asked)
                .contains(
                        new Workload(Capability.GENERATE, 256, 8, 40, 20),
                        new Workload(Capability.TRAIN, 2, 8, 40, 20));
        asked.clear();
        limits(configuration().set(TrainingKeys.MICRO_BATCH_TOKENS, 90), ROOMY).require();
        assertThat(asked).contains(new Workload(Capability.TRAIN, 1, 2, 40, 20));
        asked.clear();
        limits(configuration().set(TrainingKeys.MICRO_BATCH_TOKENS, 5), ROOMY).require();
        assertThat(asked).contains(new Workload(Capability.TRAIN, 1, 1, 1, 20));
    }

    @Test
    void whatIsNeededInAnyCaseIsRefusedWithWhatToChange() {
        Machine small = new Machine(99 * MIB, 11 * MIB, Optional.of(47 * MIB));
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> limits(configuration(), small).require())
                .satisfies(error -> assertThat(error.problems()).hasSize(5))
                .withMessageContaining("The phase training needs 100 MiB, available 99 MiB")
                .withMessageContaining("Largest: weights 60 MiB, optimizer 40 MiB")
                .withMessageContaining("a lower backend.precision")
                .withMessageContaining("copy needs 12 MiB, available 11 MiB")
                .withMessageContaining("run.background-checkpoints to false")
                .withMessageContaining("checkpoint needs 48 MiB, available 47 MiB")
                .withMessageContaining("lower run.keep-checkpoints")
                .withMessageContaining("run.limits to WARN");
        limits(configuration().set(RunKeys.LIMITS, RunKeys.Limits.WARN), small).require();
        limits(configuration().set(RunKeys.LIMITS, RunKeys.Limits.OFF), small).require();
    }

    @Test
    void whatIsNeededAtFullLengthAloneIsNoReasonToRefuse() {
        limits(configuration(), new Machine(150 * MIB, 1000 * MIB, Optional.empty()))
                .require();
    }

    @Test
    void aBackendThatDoesNotTellLeavesTheCheckpoints() {
        ResourceCheck limits = limits(configuration(), ROOMY, false);
        assertThat(limits.needs()).extracting(ResourceCheck.Need::name).containsExactly("copy", "checkpoint");
    }

    @Test
    void aReferenceIsCountedAndAProxyThatIsNotOpenedIsNot() {
        ResourceCheck.Need training = limits(configuration().set(ObjectiveKeys.KL_WEIGHT, 0.1), ROOMY)
                .needs()
                .get(2);
        assertThat(training.name()).isEqualTo("training");
        assertThat(training.kept()).isEqualTo(200 * MIB);
        RunConfigurationBuilder dataset = RunConfiguration.builder()
                .set(ModelKeys.DIRECTORY, Path.of("model"))
                .set(CorpusKeys.DATASET, Path.of("hard.tasks"));
        assertThat(limits(dataset, ROOMY).needs())
                .extracting(ResourceCheck.Need::name)
                .containsExactly("rollout", "training");
    }

    /** Two checkpoints that are there take no more room. */
    @Test
    void aRunThatGoesOnNeedsRoomForWhatIsNotThere(@TempDir Path run) throws IOException {
        Files.createDirectories(SavePlan.store(run).folder(1));
        Files.createDirectories(SavePlan.store(run).folder(2));
        assertThat(limits(configuration().set(RunKeys.DIRECTORY, run), ROOMY)
                        .needs()
                        .get(4)
                        .kept())
                .isEqualTo(24 * MIB);
    }

    @Test
    void withoutARunDirectoryNothingIsWritten() {
        RunConfigurationBuilder nowhere = RunConfiguration.builder()
                .set(ModelKeys.DIRECTORY, Path.of("model"))
                .set(CorpusKeys.FILES, List.of("corpus.jsonl"));
        assertThat(limits(nowhere, ROOMY, false).needs()).isEmpty();
    }

    @Test
    void theMachineTellsWhatItHas() {
        Machine here = Machine.here(Optional.of(Path.of("not", "there", "yet")));
        assertThat(here.memory()).isPositive();
        assertThat(here.heap())
                .isPositive()
                .isLessThanOrEqualTo(Runtime.getRuntime().maxMemory());
        assertThat(here.disk()).hasValueSatisfying(free -> assertThat(free).isPositive());
        assertThat(Machine.here(Optional.empty()).disk()).isEmpty();
    }
}
