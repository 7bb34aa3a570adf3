package org.rpt4j.api.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.List;
import org.junit.jupiter.api.Test;

class SettingTest {

    private static final Setting<Integer> GROUP_SIZE = Setting.whole("group-size", Range.atLeast(1))
            .says("Rollouts per prompt.")
            .in("rollouts")
            .after("section 3.3: 8")
            .or(8);

    private static final Setting<Double> CLIP =
            Setting.real("clip", Range.above(0).upTo(Double.POSITIVE_INFINITY)).orNone();

    @Test
    void aSettingReportsItsDeclaration() {
        assertThat(GROUP_SIZE.name()).isEqualTo("group-size");
        assertThat(GROUP_SIZE.property()).isEqualTo("groupSize");
        assertThat(GROUP_SIZE.byDefault()).isEqualTo(8);
        assertThat(GROUP_SIZE.range()).contains(Range.atLeast(1));
        assertThat(GROUP_SIZE.allowed()).isEqualTo("at least 1");
        assertThat(GROUP_SIZE.unit()).isEqualTo("rollouts");
        assertThat(CLIP.defaultValue()).isEmpty();
        assertThatIllegalStateException().isThrownBy(CLIP::byDefault).withMessage("clip has no default");
    }

    @Test
    void aValueOutOfRangeIsRefusedWithItsNameInCodeAndWhatIsAllowed() {
        assertThat(GROUP_SIZE.check(1)).isEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GROUP_SIZE.check(0))
                .withMessage("groupSize is 0, must be at least 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CLIP.check(Double.NaN))
                .withMessage("clip is NaN, must be above 0, or infinity");
        assertThatNullPointerException().isThrownBy(() -> CLIP.check(null)).withMessage("clip");
    }

    @Test
    void infinityIsAValueOnlyWhereTheRangeSaysSo() {
        Setting<Double> decay = Setting.real("decay", Range.atLeast(0)).or(0.0);

        assertThat(CLIP.allows(Double.POSITIVE_INFINITY)).isTrue();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> decay.check(Double.POSITIVE_INFINITY))
                .withMessage("decay is Infinity, must be at least 0 and finite");
    }

    @Test
    void aTextIsRefusedInQuotes() {
        Setting<String> name = Setting.<String>of("optimizer-name", String.class)
                .mustBe("a name", text -> !text.isBlank())
                .or("adamw");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> name.check(" "))
                .withMessage("optimizerName is \" \", must be a name");
    }

    @Test
    void aDefaultThatIsNotAllowedCannotBeDeclared() {
        Setting.Declaration<Integer> declaration = Setting.whole("steps", Range.atLeast(1));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> declaration.or(0))
                .withMessage("steps is 0, must be at least 1");
    }

    @Test
    void allConflictsAreReportedAtOnceWithTheirSettings() {
        Conflicts conflicts = new Conflicts()
                .when(false, "never.", CLIP.is(1.0))
                .when(true, "the group is too large. Lower it.", GROUP_SIZE.is(9), CLIP.is(null))
                .when(true, "no clip. Give one.", CLIP.is(null));

        assertThatExceptionOfType(SettingsConflictException.class)
                .isThrownBy(conflicts::refuse)
                .withMessage("groupSize is 9 and clip is null: the group is too large. Lower it.\n"
                        + "clip is null: no clip. Give one.")
                .satisfies(e -> assertThat(e.conflicts())
                        .extracting(Conflict::reason)
                        .containsExactly("the group is too large. Lower it.", "no clip. Give one."))
                .satisfies(e ->
                        assertThat(e.conflicts().get(0).values()).isEqualTo(List.of(GROUP_SIZE.is(9), CLIP.is(null))));
    }
}
