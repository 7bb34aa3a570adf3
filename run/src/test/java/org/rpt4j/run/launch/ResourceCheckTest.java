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
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.EvaluationKeys;
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
    private int askedTokens;

    private static RunConfigurationBuilder configuration() {
        return RunConfiguration.builder()
                .set(ModelKeys.DIRECTORY, Path.of("model"))
                .set(CorpusKeys.FILES, List.of("corpus.jsonl"))
                .set(SamplingKeys.MAX_TOKENS, 20)
                .set(TrainingKeys.MICRO_BATCH_TOKENS, 500)
                .set(RunKeys.DIRECTORY, Path.of("run"));
    }

    private List<PhaseNeed> needs(RunConfigurationBuilder configuration, Machine machine) {
        return needs(configuration, machine, true);
    }

    private List<PhaseNeed> needs(RunConfigurationBuilder configuration, Machine machine, boolean tells) {
        RunConfiguration built = configuration.build();
        return new PhaseNeeds(
                        built,
                        new Estimating(tells, asked),
                        machine,
                        built.model(ModelKeys.DIRECTORY),
                        new PhaseNeeds.Sizes(40, 300, askedTokens, PARAMETERS))
                .all();
    }

    private static PhaseNeed phase(String name, List<PhaseNeed> needs) {
        return needs.stream()
                .filter(need -> need.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void require(RunConfigurationBuilder configuration, Machine machine) {
        ResourceCheck.require(configuration.build(), needs(configuration, machine));
    }

    @Test
    void everyPhaseIsComparedAndWhatFitsPasses() {
        require(configuration(), ROOMY);
        List<PhaseNeed> needs = needs(configuration(), ROOMY);
        assertThat(needs)
                .extracting(PhaseNeed::name)
                .containsExactly("scoring", "evaluation", "rollout", "training", "copy", "checkpoint");
        PhaseNeed rollout = needs.get(2);
        assertThat(rollout.kept()).as("with the copy of a checkpoint").isEqualTo(112 * MIB);
        assertThat(rollout.peak()).isEqualTo(312 * MIB);
        assertThat(rollout.available())
                .as("the backend's own limit is lower; it does not count the copy in the heap")
                .isEqualTo(912 * MIB);
        assertThat(rollout.largest()).isEqualTo("KV cache 200 MiB, weights 60 MiB");
        assertThat(rollout.verdict()).isEqualTo(PhaseNeed.Verdict.FITS);
        assertThat(needs.get(4).kept()).as("12 bytes per parameter").isEqualTo(12 * PARAMETERS);
        assertThat(needs.get(5).kept())
                .as("two, one being written, the trained one")
                .isEqualTo(48 * MIB);
    }

    @Test
    void moreTokensThanAnyMachineHoldsAreRefusedWithTheirKeys() {
        RunConfigurationBuilder huge = configuration()
                .set(SamplingKeys.GROUP_SIZE, 1 << 30)
                .set(SamplingKeys.MAX_TOKENS, Integer.MAX_VALUE - 1);
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> require(huge, ROOMY))
                .withMessageContaining("training.prompts-per-step, sampling.group-size");
    }

    /** A pass holds whole groups: eight completions of 20 after 40 tokens are 200, so two fit into 500. */
    @Test
    void theWorkIsThatOfTheConfiguration() {
        needs(configuration(), ROOMY);
        assertThat(asked)
                .contains(
                        new Workload(Capability.SCORE, 1, 0, 300, 0),
                        new Workload(Capability.GENERATE, 64, 1, 40, 20),
                        new Workload(Capability.GENERATE, 256, 8, 40, 20),
                        new Workload(Capability.TRAIN, 2, 8, 40, 20));
        asked.clear();
        needs(configuration().set(TrainingKeys.MICRO_BATCH_TOKENS, 90), ROOMY);
        assertThat(asked).contains(new Workload(Capability.TRAIN, 1, 2, 40, 20));
        asked.clear();
        needs(configuration().set(TrainingKeys.MICRO_BATCH_TOKENS, 5), ROOMY);
        assertThat(asked)
                .as("a prompt with one completion is never split")
                .contains(new Workload(Capability.TRAIN, 1, 1, 40, 20));
    }

    /** Eight thoughts of 20 tokens and the bare context, each followed by 5 tokens. */
    @Test
    void aRewardThatAsksThePolicyNeedsItsPass() {
        askedTokens = 5;
        assertThat(needs(configuration(), ROOMY))
                .extracting(PhaseNeed::name)
                .containsExactly("scoring", "evaluation", "rollout", "reward", "training", "copy", "checkpoint");
        assertThat(asked).contains(new Workload(Capability.LOG_PROBS, 1, 9, 40, 25));
    }

    @Test
    void theSumOfGradientShardsLiesInTheHeapBesideTheCopyOfACheckpoint() {
        List<PhaseNeed> whole = needs(configuration(), ROOMY);
        List<PhaseNeed> sharded = needs(configuration().set(TrainingKeys.GRADIENT_SHARDS, 2), ROOMY);
        long copy = phase("copy", whole).kept();
        assertThat(whole).extracting(PhaseNeed::name).doesNotContain("gradients");
        assertThat(phase("gradients", sharded).kept()).isEqualTo(PARAMETERS * Float.BYTES + copy);
        assertThat(phase("training", sharded).peak())
                .isEqualTo(phase("training", whole).peak() + PARAMETERS * Float.BYTES);
        assertThat(phase("scoring", sharded).peak())
                .isEqualTo(phase("scoring", whole).peak());
    }

    /** Two groups of eight completions of 20 after 40 tokens are 400. */
    @Test
    void updatesLayerByLayerNeedAPassThatHoldsTheLongestStep() {
        RunConfigurationBuilder layerwise =
                configuration().set(BackendKeys.LAYERWISE_UPDATES, true).set(TrainingKeys.PROMPTS_PER_STEP, 2);
        needs(layerwise.set(TrainingKeys.MICRO_BATCH_TOKENS, 400), ROOMY);
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> needs(layerwise.set(TrainingKeys.MICRO_BATCH_TOKENS, 399), ROOMY))
                .withMessageContaining("backend.layerwise-updates needs steps of a single pass")
                .withMessageContaining("training.micro-batch-tokens is 399")
                .withMessageContaining("2 times 200 tokens");
    }

    @Test
    void whatIsNeededInAnyCaseIsRefusedWithWhatToChange() {
        Machine small = new Machine(99 * MIB, 11 * MIB, Optional.of(47 * MIB));
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> require(configuration(), small))
                .satisfies(error -> assertThat(error.problems()).hasSize(7))
                .withMessageContaining("The phase scoring needs 100 MiB, available 99 MiB")
                .withMessageContaining("The phase training needs 112 MiB, available 99 MiB")
                .withMessageContaining("Largest: weights 60 MiB, optimizer 40 MiB")
                .withMessageContaining("a lower backend.precision")
                .withMessageContaining("copy needs 12 MiB, available 11 MiB")
                .withMessageContaining("run.background-checkpoints to false")
                .withMessageContaining("checkpoint needs 48 MiB, available 47 MiB")
                .withMessageContaining("lower run.keep-checkpoints")
                .withMessageContaining("run.limits to WARN")
                .withMessageContaining("--dry-run");
        require(configuration().set(RunKeys.LIMITS, RunKeys.Limits.WARN), small);
        require(configuration().set(RunKeys.LIMITS, RunKeys.Limits.OFF), small);
    }

    @Test
    void whatIsNeededAtFullLengthAloneIsNoReasonToRefuse() {
        Machine between = new Machine(150 * MIB, 1000 * MIB, Optional.empty());
        require(configuration(), between);
        assertThat(phase("rollout", needs(configuration(), between)).verdict())
                .isEqualTo(PhaseNeed.Verdict.MAY_NOT_FIT);
    }

    @Test
    void aBackendThatDoesNotTellLeavesTheCheckpoints() {
        assertThat(needs(configuration(), ROOMY, false))
                .extracting(PhaseNeed::name)
                .containsExactly("copy", "checkpoint");
    }

    /** The reference answers while the policy holds the activations of its pass. */
    @Test
    void aReferenceIsCountedAndAProxyThatIsNotOpenedIsNot() {
        List<PhaseNeed> needs = needs(configuration().set(ObjectiveKeys.KL_WEIGHT, 0.1), ROOMY);
        assertThat(phase("training", needs).kept()).isEqualTo(212 * MIB);
        assertThat(phase("training", needs).peak()).isEqualTo(612 * MIB);
        assertThat(phase("training", needs).uses()).containsEntry("reference's KV cache", 200 * MIB);
        assertThat(phase("rollout", needs).peak()).isEqualTo(412 * MIB);
        RunConfigurationBuilder dataset = RunConfiguration.builder()
                .set(ModelKeys.DIRECTORY, Path.of("model"))
                .set(EvaluationKeys.TASKS, 0)
                .set(CorpusKeys.DATASET, Path.of("hard.tasks"));
        assertThat(needs(dataset, ROOMY)).extracting(PhaseNeed::name).containsExactly("rollout", "training");
    }

    /** Two checkpoints that are there take no more room. */
    @Test
    void aRunThatGoesOnNeedsRoomForWhatIsNotThere(@TempDir Path run) throws IOException {
        Files.createDirectories(SavePlan.store(run).folder(1));
        Files.createDirectories(SavePlan.store(run).folder(2));
        assertThat(phase("checkpoint", needs(configuration().set(RunKeys.DIRECTORY, run), ROOMY))
                        .kept())
                .isEqualTo(24 * MIB);
    }

    @Test
    void withoutARunDirectoryNothingIsWritten() {
        RunConfigurationBuilder nowhere = RunConfiguration.builder()
                .set(ModelKeys.DIRECTORY, Path.of("model"))
                .set(CorpusKeys.FILES, List.of("corpus.jsonl"));
        assertThat(needs(nowhere, ROOMY, false)).isEmpty();
        assertThat(phase("training", needs(nowhere, ROOMY)).kept())
                .as("no copy of a checkpoint")
                .isEqualTo(100 * MIB);
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
