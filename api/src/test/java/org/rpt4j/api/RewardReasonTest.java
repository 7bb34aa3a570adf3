package org.rpt4j.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RewardReasonTest {

    @Test
    void constantsKeepTheirRecordedNames() {
        assertThat(RewardReason.constants())
                .extracting(RewardReason::name)
                .containsExactly(
                        "HIT",
                        "NOT_PREFIX",
                        "OFF_BOUNDARY",
                        "EMPTY",
                        "NO_THINK_END",
                        "NO_THOUGHT",
                        "NO_BOX",
                        "UNBALANCED",
                        "TRUNCATED",
                        "CUSTOM");
        assertThat(RewardReason.HIT).hasToString("HIT");
        assertThat(RewardReason.HIT.isConstant()).isTrue();
    }

    @Test
    void aCustomReasonIsEqualByName() {
        RewardReason reason = RewardReason.of("unit-mismatch");
        assertThat(reason)
                .isEqualTo(RewardReason.of("unit-mismatch"))
                .hasSameHashCodeAs(RewardReason.of("unit-mismatch"))
                .isNotEqualTo(RewardReason.of("unit-missing"))
                .hasToString("unit-mismatch");
        assertThat(reason.isConstant()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Unit",
                "unit_mismatch",
                "unit mismatch",
                "-unit",
                "unit-",
                "unit--mismatch",
                "1st",
                "unit/mismatch",
                "einheit-größe"
            })
    void anyOtherSpellingIsRefused(String name) {
        assertThatThrownBy(() -> RewardReason.of(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the reward reason \"" + name + "\" is not a name: use lower case words joined by"
                        + " hyphens");
    }

    @Test
    void aNameIsNoLongerThanMetricsCanShow() {
        assertThat(RewardReason.of("a".repeat(64)).name()).hasSize(64);
        assertThatThrownBy(() -> RewardReason.of("a".repeat(65))).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"hit, HIT", "not-prefix, NOT_PREFIX", "no-think-end, NO_THINK_END", "custom, CUSTOM"})
    void namesOfConstantsAreReserved(String name, String constant) {
        assertThatThrownBy(() -> RewardReason.of(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the reward reason \"" + name + "\" is reserved: use RewardReason." + constant
                        + ", or another name");
    }

    @Test
    void anAbstentionIsNotAReason() {
        assertThatThrownBy(() -> RewardReason.of("abstained"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("returns Verdict.Abstained");
    }

    @Test
    void aRecordedNameIsReadBack() {
        for (RewardReason constant : RewardReason.constants()) {
            assertThat(RewardReason.valueOf(constant.name())).isSameAs(constant);
        }
        assertThat(RewardReason.valueOf("unit-mismatch")).isEqualTo(RewardReason.of("unit-mismatch"));
        assertThatThrownBy(() -> RewardReason.valueOf("MISS")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void constantsComeFirstInTheirOrderAndOthersByName() {
        assertThat(new TreeSet<>(
                        List.of(RewardReason.of("b"), RewardReason.CUSTOM, RewardReason.of("a"), RewardReason.EMPTY)))
                .containsExactly(RewardReason.EMPTY, RewardReason.CUSTOM, RewardReason.of("a"), RewardReason.of("b"));
    }
}
