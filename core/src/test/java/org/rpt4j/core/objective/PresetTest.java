package org.rpt4j.core.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PresetTest {

    /** Advantages of hit and miss among eight binary rewards, to four digits. */
    @ParameterizedTest
    @CsvSource({
        "paper, 1, 2.4749, -0.3536",
        "trl, 1, 2.4742, -0.3535",
        "verl, 1, 2.4749, -0.3536",
        "dr-grpo, 1, 0.8750, -0.1250",
        "paper, 2, 1.6202, -0.5401",
        "trl, 2, 1.6198, -0.5399",
        "verl, 2, 1.6202, -0.5401",
        "dr-grpo, 2, 0.7500, -0.2500",
        "paper, 3, 1.2076, -0.7246",
        "trl, 3, 1.2074, -0.7244",
        "verl, 3, 1.2076, -0.7246",
        "dr-grpo, 3, 0.6250, -0.3750",
        "paper, 4, 0.9354, -0.9354",
        "trl, 4, 0.9352, -0.9352",
        "verl, 4, 0.9354, -0.9354",
        "dr-grpo, 4, 0.5000, -0.5000",
        "paper, 7, 0.3536, -2.4749",
        "trl, 7, 0.3535, -2.4742",
        "verl, 7, 0.3536, -2.4749",
        "dr-grpo, 7, 0.1250, -0.8750",
        "maxrl, 1, 7, -1",
        "maxrl, 4, 1, -1",
        "pass@k, 1, 1, -0.1429",
        "pass@k, 3, 0.2774, -0.1664"
    })
    void presetsGiveTheGoldenAdvantages(String name, int hits, double hit, double miss) {
        double[] rewards = new double[8];
        Arrays.fill(rewards, 0, hits, 1);
        int[] lengths = {1, 2, 3, 4, 5, 6, 7, 8};
        double[] advantages = Preset.named(name).objective().advantage().of(rewards, lengths);
        assertThat(advantages[0]).isEqualTo(hit, within(0.5e-4));
        assertThat(advantages[7]).isEqualTo(miss, within(0.5e-4));
    }

    /** The factor of a token of a completion of 4, in a step of 8 completions and 40 tokens with L_max 10. */
    @ParameterizedTest
    @CsvSource({"paper, 32", "trl, 40", "verl, 40", "dr-grpo, 80", "maxrl, 80", "pass@k, 32"})
    void presetsGiveTheGoldenDenominators(String name, double denominator) {
        double factor = Preset.named(name).objective().aggregation().factor(4, new BatchTotals(8, 40, 10));
        assertThat(1 / factor).isEqualTo(denominator, within(1e-12));
    }

    /** The loss of a bad and of a good token at five times the old probability: clip 0.2, dual clip 3 with verl. */
    @ParameterizedTest
    @CsvSource({"paper, 5, -1.2", "trl, 5, -1.2", "verl, 3, -1.2", "dr-grpo, 5, -1.2", "maxrl, 5, -5", "pass@k, 5, -1.2"
    })
    void presetsGiveTheGoldenClips(String name, double bad, double good) {
        PolicyLoss loss = Preset.named(name).objective().loss();
        assertThat(loss.value(Math.log(5), -1)).isEqualTo(bad, within(1e-12));
        assertThat(loss.value(Math.log(5), 1)).isEqualTo(good, within(1e-12));
        assertThat(loss.ratio()).isEqualTo(ImportanceRatio.TOKEN);
        assertThat(loss.correctsSampler()).isFalse();
        assertThat(loss.klWeight()).isZero();
    }

    @Test
    void everyPresetIsFoundByItsNameAndSaysWhereItIsFrom() {
        assertThat(Preset.all())
                .extracting(Preset::name)
                .containsExactly(
                        "paper", "trl", "verl", "dr-grpo", "maxrl", "pass@k", "kdrl", "distillation", "prorl", "lopti");
        assertThat(Preset.all()).allSatisfy(preset -> {
            assertThat(Preset.named(preset.name())).isSameAs(preset);
            assertThat(preset.source()).isNotBlank();
            assertThat(preset.truncation()).isEqualTo(TruncationHandling.KEEP);
        });
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Preset.named("openrlhf"))
                .withMessageContaining("\"openrlhf\"")
                .withMessageContaining("paper, trl, verl, dr-grpo");
    }

    @Test
    void aTeacherHasTheReverseDivergenceAsItsGradient() {
        PolicyLoss kdrl = Preset.KDRL.objective().loss();
        assertThat(kdrl.klEstimate()).isEqualTo(KlEstimate.K2);
        assertThat(kdrl.klWeight()).isEqualTo(5e-3);
        assertThat(kdrl.klWeight() * kdrl.klFinalShare()).isEqualTo(1e-3, within(1e-15));
        assertThat(kdrl.klMissesOnly()).isTrue();
        Objective distillation = Preset.DISTILLATION.objective();
        assertThat(distillation.rewardWeight()).isZero();
        assertThat(distillation.loss().klEstimate()).isEqualTo(KlEstimate.K2);
        assertThat(distillation.loss().klMissesOnly()).isFalse();
    }

    @Test
    void aLongRunRenewsItsReference() {
        Objective prorl = Preset.PRORL.objective();
        assertThat(prorl.loss().klWeight()).isEqualTo(1e-4);
        assertThat(prorl.loss().klResetSteps()).isEqualTo(250);
        assertThat(prorl.loss().clipHigh()).isEqualTo(0.4);
        assertThat(prorl.mixedGroupsOnly()).isTrue();
    }

    @Test
    void aCustomPresetNeedsAName() {
        assertThat(new Preset("own", "here", Objective.GSPO, TruncationHandling.MASK).objective())
                .isEqualTo(Objective.GSPO);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Preset("", "own", Objective.GRPO, TruncationHandling.KEEP))
                .withMessage("a preset needs a name");
    }
}
