package org.rpt4j.run.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

class HealthWatchTest {

    private static final double LIMIT = 1e-4;
    private static final HealthSettings SETTINGS = HealthSettings.builder()
            .windowSteps(4)
            .entropyShare(0.25)
            .lengthShare(0.3)
            .shrinkageShare(0.7)
            .boxRateShare(0.5)
            .liveShare(0.1)
            .gapShare(0.5)
            .gradientFactor(5)
            .build();

    private final ObjectMapper json = new ObjectMapper();

    /** Returns the changes as "step check" or "step -check". */
    private static List<String> news(HealthWatch watch, long from, long to, LongFunction<HealthValues> signs) {
        List<String> all = new ArrayList<>();
        for (long step = from; step < to; step++) {
            for (HealthChange news : watch.after(signs.apply(step))) {
                all.add(step + (news.raised() ? " " : " -") + news.check());
            }
        }
        return all;
    }

    private static List<String> news(long steps, LongFunction<HealthValues> signs) {
        return news(new HealthWatch(SETTINGS, HealthState.NEW), 0, steps, signs);
    }

    private static HealthValues healthy(long step) {
        return new HealthValues(step, 1, 20, 0.5, 0.9, 0.5, 1e-6, LIMIT, 0.3);
    }

    private static HealthValues entropy(long step, double entropy) {
        return new HealthValues(step, entropy, 20, 0.5, 0.9, 0.5, 1e-6, LIMIT, 0.3);
    }

    private static HealthValues shrinking(long step, double length, double reward) {
        return new HealthValues(step, 1, length, reward, 0.9, 0.5, 1e-6, LIMIT, 0.3);
    }

    private static HealthValues boxes(long step, double rate) {
        return new HealthValues(step, 1, 20, 0.5, rate, 0.5, 1e-6, LIMIT, 0.3);
    }

    private static HealthValues gradient(long step, double norm) {
        return new HealthValues(step, 1, 20, 0.5, 0.9, 0.5, 1e-6, LIMIT, norm);
    }

    @Test
    void aHealthyRunIsSilent() {
        assertThat(news(100, HealthWatchTest::healthy)).isEmpty();
    }

    /** The median of 4 is below a quarter when three of them are: from step 12 on; 16 is the first with none of them. */
    @Test
    void aCollapseIsRaisedOnceAndClearedAfterAQuietWindow() {
        assertThat(news(40, step -> entropy(step, step >= 10 && step < 20 ? 0.1 : 1)))
                .containsExactly("12 ENTROPY_COLLAPSE", "24 -ENTROPY_COLLAPSE");
    }

    @Test
    void aValueAroundItsThresholdWarnsOnce() {
        assertThat(news(60, step -> entropy(step, step < 8 ? 1 : step % 2 == 0 ? 0.2 : 0.4)))
                .isEmpty();
        assertThat(news(60, step -> entropy(step, step < 8 ? 1 : step % 6 < 3 ? 0.1 : 0.3)))
                .containsExactly("13 ENTROPY_COLLAPSE");
    }

    @Test
    void aLowStartIsNotACollapse() {
        assertThat(news(50, step -> entropy(step, 0.01))).isEmpty();
        assertThat(news(50, step -> entropy(step, 0))).isEmpty();
    }

    @Test
    void lengthIsComparedWithTheBeginning() {
        assertThat(news(12, step -> new HealthValues(step, 1, step < 6 ? 40 : 10, 0.5, 0.9, 0.5, 1e-6, LIMIT, 0.3)))
                .containsExactly("8 LENGTH_COLLAPSE");
    }

    /** From step 8 on: 3 of 4 lengths are below 0.7 of the start; the mean reward of 0 at the start is a level, too. */
    @Test
    void shorterThoughtsWarnOnlyWhereTheRewardRises() {
        assertThat(news(12, step -> shrinking(step, step < 6 ? 40 : 27, step < 6 ? -3 : -2)))
                .containsExactly("8 THOUGHT_SHRINKAGE");
        assertThat(news(12, step -> shrinking(step, step < 6 ? 40 : 27, step < 6 ? 0 : 0.1)))
                .containsExactly("8 THOUGHT_SHRINKAGE");
        assertThat(news(12, step -> shrinking(step, step < 6 ? 40 : 27, step < 6 ? -3 : -3.5)))
                .as("the reward falls")
                .isEmpty();
        assertThat(news(12, step -> shrinking(step, step < 6 ? 40 : 29, step < 6 ? -3 : -2)))
                .as("above 0.7 of the start")
                .isEmpty();
    }

    @Test
    void shrinkageIsToldWithBothValues() {
        HealthWatch watch = new HealthWatch(SETTINGS, HealthState.NEW);
        news(watch, 0, 8, step -> shrinking(step, step < 6 ? 40 : 20, step < 6 ? -3 : -2));
        assertThat(watch.after(shrinking(8, 20, -2)))
                .singleElement()
                .satisfies(news -> assertThat(news.message())
                        .contains("fallen to 20.0 tokens (median of 4 steps), 50 % of the 40.0 at the beginning")
                        .contains("reward has risen from -3.00 to -2.00; the check warns below 70 %"));
    }

    /** The run learns the format at step 8 and loses it at step 16; its start would be no reference. */
    @Test
    void theBoxRateIsComparedWithItsBest() {
        assertThat(news(24, step -> boxes(step, step < 8 || step >= 16 ? 0.2 : 0.8)))
                .containsExactly("18 BOX_RATE_DROP");
        assertThat(news(24, step -> boxes(step, 0))).isEmpty();
    }

    @Test
    void starvationIsAbsoluteAndNeedsAFullWindow() {
        assertThat(news(8, step -> new HealthValues(step, 1, 20, 0.5, 0.9, 0.05, 1e-6, LIMIT, 0.3)))
                .containsExactly("3 LIVE_GROUP_STARVATION");
    }

    @Test
    void aGapNearItsLimitWarnsInItsStep() {
        assertThat(news(20, step -> new HealthValues(step, 1, 20, 0.5, 0.9, 0.5, step == 0 ? 6e-5 : 1e-6, LIMIT, 0.3)))
                .containsExactly("0 LOG_PROB_GAP", "4 -LOG_PROB_GAP");
    }

    /** 5 times the usual norm is allowed; a norm that stays high becomes the usual one. */
    @Test
    void aSpikeIsAMultipleOfTheMedianBeforeIt() {
        assertThat(news(20, step -> gradient(step, step == 10 ? 1.6 : 0.3)))
                .containsExactly("10 GRADIENT_SPIKE", "14 -GRADIENT_SPIKE");
        assertThat(news(20, step -> gradient(step, step == 10 ? 1.5 : 0.3))).isEmpty();
        assertThat(news(40, step -> gradient(step, step < 10 ? 0.3 : 30)))
                .containsExactly("10 GRADIENT_SPIKE", "15 -GRADIENT_SPIKE");
    }

    @Test
    void unmeasuredValuesAreNotChecked() {
        HealthValues nothing = new HealthValues(
                0,
                Double.NaN,
                Double.NaN,
                Double.NaN,
                Double.NaN,
                Double.NaN,
                Double.NaN,
                Double.NaN,
                Double.POSITIVE_INFINITY);
        HealthWatch watch = new HealthWatch(SETTINGS, HealthState.NEW);
        assertThat(news(watch, 0, 20, step -> nothing)).isEmpty();
        assertThat(watch.state()).isEqualTo(HealthState.NEW);
    }

    @Test
    void theMessageNamesTheValueTheThresholdAndTheRemedy() {
        HealthWatch watch = new HealthWatch(SETTINGS, HealthState.NEW);
        news(watch, 0, 10, HealthWatchTest::healthy);
        watch.after(entropy(10, 0.1));
        watch.after(entropy(11, 0.1));
        assertThat(watch.after(entropy(12, 0.1)))
                .singleElement()
                .satisfies(news -> assertThat(news.message())
                        .contains(
                                "fallen to 0.100 nats per token (median of 4 steps), 10 % of the 1.00 at the beginning")
                        .contains("below 25 %")
                        .contains("lower learning rate"));
    }

    /** Every check fires at some point; interrupting the run anywhere must not change that. */
    @Test
    void aResumedWatchWarnsLikeAnUninterruptedOne() throws IOException {
        LongFunction<HealthValues> signs = step -> new HealthValues(
                step,
                step >= 10 && step < 20 ? 0.1 : 1,
                step >= 15 ? 5 : 20,
                step >= 15 ? 0.7 : 0.5,
                step >= 12 && step < 30 ? 0.1 : 0.9,
                step % 20 < 10 ? 0.05 : 0.5,
                step == 7 ? 9e-5 : 1e-6,
                LIMIT,
                step % 13 == 12 ? 3 : 0.3);
        List<String> whole = news(50, signs);
        assertThat(whole).hasSizeGreaterThan(8);
        for (int cut = 0; cut <= 50; cut++) {
            HealthWatch first = new HealthWatch(SETTINGS, HealthState.NEW);
            List<String> parts = new ArrayList<>(news(first, 0, cut, signs));
            String saved = json.writeValueAsString(first.state());
            HealthState loaded = json.readValue(saved, HealthState.class);
            parts.addAll(news(new HealthWatch(SETTINGS, loaded), cut, 50, signs));
            assertThat(parts).as("cut at %d", cut).isEqualTo(whole);
        }
    }

    @Test
    void checksCanBeTurnedOffOneByOneOrAllTogether() {
        LongFunction<HealthValues> dying = step -> entropy(step, step < 8 ? 1 : 0.01);
        assertThat(news(
                        new HealthWatch(
                                HealthSettings.builder()
                                        .windowSteps(4)
                                        .entropyShare(0)
                                        .lengthShare(0.3)
                                        .boxRateShare(0.5)
                                        .liveShare(0.1)
                                        .gapShare(0.5)
                                        .gradientFactor(5)
                                        .build(),
                                HealthState.NEW),
                        0,
                        30,
                        dying))
                .isEmpty();
        assertThat(news(new HealthWatch(HealthSettings.OFF, HealthState.NEW), 0, 30, dying))
                .isEmpty();
        assertThat(news(30, dying)).containsExactly("10 ENTROPY_COLLAPSE");
    }

    @Test
    void settingsOutOfRangeAreRejectedByName() {
        HealthSettings.Builder builder = HealthSettings.builder();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.windowSteps(0))
                .withMessageContaining("windowSteps is 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.entropyShare(1))
                .withMessageContaining("entropyShare is 1.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.lengthShare(-0.1))
                .withMessageContaining("lengthShare is -0.1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.liveShare(Double.NaN))
                .withMessageContaining("liveShare is NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.gradientFactor(-1))
                .withMessageContaining("gradientFactor is -1.0");
    }
}
