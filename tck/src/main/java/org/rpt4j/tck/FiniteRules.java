package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.rpt4j.api.Capability;
import org.rpt4j.api.Policy;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.NumericalException;

/** Rules about numbers that are not finite: every operation refuses them with one error, and names the token. */
final class FiniteRules {

    private static final SamplingOptions GREEDY =
            Samples.OPTIONS.toBuilder().temperature(0).build();

    private FiniteRules() {}

    @Rule(id = "P30", value = "logits that are not finite are refused, not sampled from")
    @Needs(Capability.GENERATE)
    static void sampling(Fixture f) {
        try (Policy policy = f.backend().openPolicy(f.overflowing())) {
            for (SamplingOptions options : List.of(Samples.OPTIONS, GREEDY)) {
                assertRefused(
                        "sampling at temperature " + options.temperature(),
                        () -> policy.generate(Samples.PROMPTS, options));
            }
        }
    }

    @Rule(id = "P31", value = "a log-probability that is not finite is refused")
    @Needs(Capability.LOG_PROBS)
    static void logProbs(Fixture f) {
        try (Policy policy = f.backend().openPolicy(f.overflowing())) {
            assertRefused("log-probabilities", () -> policy.logProbs(Group.batch(1, Group.RAGGED)));
        }
    }

    @Rule(id = "S14", value = "scores that are not finite are refused")
    @Needs(Capability.SCORE)
    static void scores(Fixture f) {
        try (ProxyScorer scorer = f.backend().openProxyScorer(f.overflowing())) {
            for (boolean renormalise : new boolean[] {true, false}) {
                ScoringOptions options =
                        ScoringOptions.builder().renormalise(renormalise).build();
                assertRefused("scores", () -> scorer.score(List.of(Group.tokens(9, 1)), options));
            }
        }
    }

    @Rule(id = "T29", value = "a forward pass that is not finite is refused, and none stays open")
    @Needs(Capability.TRAIN)
    static void forward(Fixture f) {
        try (TrainablePolicy policy = f.backend().openTrainablePolicy(f.overflowing())) {
            for (int attempt = 0; attempt < 2; attempt++) {
                assertRefused("a forward pass", () -> policy.forward(Group.batch(1, Group.RAGGED)));
            }
        }
    }

    private static void assertRefused(String what, ThrowingCallable call) {
        assertThatThrownBy(call, "%s with logits that overflow", what)
                .isInstanceOf(NumericalException.class)
                .hasMessageContaining("token");
    }
}
