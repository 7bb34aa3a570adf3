package org.rpt4j.run.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.FrozenWeights;
import org.rpt4j.api.Precision;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.LoraKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.TrainingKeys;

/** A machine of 1000 MiB and an estimate that depends on the settings. */
class FitSearchTest {

    private static final long MIB = 1 << 20;
    private static final long MEMORY = 1000;

    private final List<RunConfiguration> estimated = new ArrayList<>();

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    private static RunConfiguration start() {
        return RunConfiguration.builder()
                .set(ModelKeys.DIRECTORY, Path.of("model"))
                .set(CorpusKeys.FILES, List.of("corpus.jsonl"))
                .set(TrainingKeys.MICRO_BATCH_TOKENS, 800, "file.yaml:3")
                .set(BackendKeys.MAX_SEQUENCES, 8)
                .build();
    }

    /** Weights, 1 MiB for each token of a pass or half of it, 50 MiB for each sequence; half of all with BF16. */
    private static long training(RunConfiguration variant, long weights) {
        long pass = variant.get(TrainingKeys.MICRO_BATCH_TOKENS);
        long all = weights + (variant.get(BackendKeys.RECOMPUTE_ACTIVATIONS) ? pass / 2 : pass);
        return variant.get(BackendKeys.PRECISION) == Precision.BF16 ? all / 2 : all;
    }

    private FitSearch search(Function<RunConfiguration, List<PhaseNeed>> needs) {
        return new FitSearch(start(), Saving.ALL, variant -> {
            estimated.add(variant);
            return needs.apply(variant);
        });
    }

    private static PhaseNeed need(String name, long mebibytes) {
        return PhaseNeed.fixed(name, mebibytes * MIB, MEMORY * MIB, "weights", "Take a smaller model");
    }

    private FitSearch.State run(FitSearch search, Function<RunConfiguration, List<PhaseNeed>> needs) {
        return search.run(needs.apply(start()));
    }

    private static List<String> chosen(FitSearch.State state) {
        return state.chosen().keySet().stream().map(Saving::key).map(Key::name).toList();
    }

    @Test
    void aRunThatFitsIsLeftAsItIs() {
        Function<RunConfiguration, List<PhaseNeed>> needs = variant -> List.of(need("training", 1000));
        FitSearch.State state = run(search(needs), needs);
        assertThat(state.fits()).isTrue();
        assertThat(state.chosen()).isEmpty();
        assertThat(estimated).isEmpty();
    }

    @Test
    void theCheapestSettingIsChosenWithItsMildestValue() {
        Function<RunConfiguration, List<PhaseNeed>> needs =
                variant -> List.of(need("scoring", 10), need("training", training(variant, 700)));
        FitSearch search = search(needs);
        FitSearch.State state = run(search, needs);
        assertThat(state.fits()).isTrue();
        assertThat(chosen(state)).containsExactly("training.micro-batch-tokens");
        assertThat(state.configuration().get(TrainingKeys.MICRO_BATCH_TOKENS)).isEqualTo(200);
        assertThat(state.configuration().source(TrainingKeys.MICRO_BATCH_TOKENS))
                .isEqualTo("--fit");
        assertThat(search.settings(state, needs.apply(start())))
                .containsExactly(new PlannedSetting(
                        "training.micro-batch-tokens",
                        "200",
                        "800 (file.yaml:3)",
                        "saves 600 MiB of training",
                        "more and smaller passes; the same result up to rounding"));
    }

    /** Alone, neither the shortest pass nor recomputing is enough for 1400 + 800. BF16 makes both unnecessary or milder. */
    @Test
    void whatALaterSettingMakesUnnecessaryIsTakenBack() {
        Function<RunConfiguration, List<PhaseNeed>> needs =
                variant -> List.of(need("training", training(variant, 1400)));
        FitSearch.State state = run(search(needs), needs);
        assertThat(state.fits()).isTrue();
        assertThat(chosen(state)).containsExactly("training.micro-batch-tokens", "backend.precision");
        assertThat(state.configuration().get(TrainingKeys.MICRO_BATCH_TOKENS))
                .as("(1400 + 400) / 2 is below 1000")
                .isEqualTo(400);
    }

    @Test
    void everyPhaseCountsAndSettingsThatHelpNoneAreNotChosen() {
        Function<RunConfiguration, List<PhaseNeed>> needs = variant -> List.of(
                need("rollout", 800 + 50 * variant.get(BackendKeys.MAX_SEQUENCES)),
                need("checkpoint", 500L * variant.get(RunKeys.KEEP_CHECKPOINTS) + 100));
        FitSearch.State state = run(search(needs), needs);
        assertThat(state.fits()).isTrue();
        assertThat(chosen(state)).containsExactly("run.keep-checkpoints", "backend.max-sequences");
        assertThat(state.configuration().get(BackendKeys.MAX_SEQUENCES)).isEqualTo(4);
    }

    @Test
    void whereNothingFitsTheSmallestIsFoundWithTheMildestValues() {
        Function<RunConfiguration, List<PhaseNeed>> needs =
                variant -> List.of(need("training", Math.max(1500, training(variant, 1300))));
        FitSearch.State state = run(search(needs), needs);
        assertThat(state.fits()).isFalse();
        assertThat(state.excess()).isEqualTo(500 * MIB);
        assertThat(chosen(state)).containsExactly("training.micro-batch-tokens");
        assertThat(state.configuration().get(TrainingKeys.MICRO_BATCH_TOKENS)).isEqualTo(200);
    }

    @Test
    void aSettingThatTheBackendRefusesIsToldAndLeftOut() {
        Function<RunConfiguration, List<PhaseNeed>> needs = variant -> {
            if (variant.get(BackendKeys.PRECISION) == Precision.BF16) {
                throw new UnsupportedCapabilityException("no BF16 here");
            }
            return List.of(need("training", training(variant, 1400)));
        };
        FitSearch search = search(needs);
        FitSearch.State state = run(search, needs);
        assertThat(state.fits()).isFalse();
        assertThat(chosen(state)).doesNotContain("backend.precision");
        assertThat(search.impossible()).containsExactly("no BF16 here");
    }

    /** 8 bits are a choice only with the adapter that is tried before. */
    @Test
    void aSettingMayNeedAnotherBeforeIt() {
        Function<RunConfiguration, List<PhaseNeed>> needs = variant -> {
            long bits = variant.get(BackendKeys.FROZEN_WEIGHTS) == FrozenWeights.INT8 ? 900 : 1200;
            boolean adapted = variant.find(LoraKeys.RANK).isPresent();
            PhaseNeed disk = PhaseNeed.fixed("checkpoint", adapted ? 1 : 9000 * MIB, 9000 * MIB, "files", "Free disk");
            return List.of(need("training", adapted ? bits : 4000), disk);
        };
        FitSearch search = search(needs);
        FitSearch.State state = run(search, needs);
        assertThat(state.fits()).isTrue();
        assertThat(chosen(state)).containsExactly("lora.rank", "backend.frozen-weights");
        assertThat(search.settings(state, needs.apply(start())))
                .extracting(PlannedSetting::was, PlannedSetting::saved)
                .containsExactly(
                        tuple("none", "saves 2,800 MiB of training"),
                        tuple("PRECISION (default)", "saves 300 MiB of training"));
    }

    @Test
    void aStoppedSearchEnds() {
        Function<RunConfiguration, List<PhaseNeed>> needs = variant -> List.of(need("training", 2000));
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> run(search(needs), needs)).isInstanceOf(OperationCancelledException.class);
        assertThat(estimated).isEmpty();
    }
}
