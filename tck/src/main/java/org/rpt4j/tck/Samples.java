package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.tck.reference.ReferenceForward;
import org.rpt4j.tck.reference.ReferenceModel;
import org.rpt4j.tck.reference.Softmax;

/**
 * Checks sampled tokens in any precision. Each token is compared with the reference's distribution after the tokens
 * that the backend sampled before it, so that one draw at the boundary between two tokens does not fail a whole
 * rollout.
 */
final class Samples {

    /** Prompts of very different lengths; two have equal tokens but different ids. */
    static final List<Prompt> PROMPTS = List.of(
            new Prompt(70, Group.tokens(9, 1)),
            new Prompt(-3, Group.tokens(1, 2)),
            new Prompt(11L << 40, Group.tokens(9, 1)),
            new Prompt(0, Group.tokens(17, 3)));

    static final SamplingOptions OPTIONS = SamplingOptions.builder()
            .groupSize(3)
            .temperature(0.8)
            .maxTokens(12)
            .seed(20250608)
            .step(5)
            .build();

    private Samples() {}

    /** Returns the reference logits from which each token of a rollout was chosen, [tokens][V]. */
    static List<double[]> logits(ReferenceModel model, Prompt prompt, Rollout rollout) {
        ReferenceForward forward = new ReferenceForward(model).append(prompt.tokens());
        List<double[]> logits = new ArrayList<>();
        for (int token : rollout.tokens()) {
            logits.add(forward.logits(forward.length() - 1));
            forward.append(token);
        }
        return logits;
    }

    /**
     * Checks that every token is the inverse of the cumulative distribution at its draw, up to the tolerance of a
     * probability.
     */
    static void assertInverseCdf(Fixture f, List<RolloutGroup> groups, SamplingOptions options) {
        assertInverseCdf(f, groups, options, f.tolerances().logProb());
    }

    /** The same with a tolerance of its own. */
    static void assertInverseCdf(Fixture f, List<RolloutGroup> groups, SamplingOptions options, double tolerance) {
        ReferenceModel model = f.weights();
        for (RolloutGroup group : groups) {
            for (Rollout rollout : group.rollouts()) {
                List<double[]> logits = logits(model, group.prompt(), rollout);
                for (int j = 0; j < rollout.length(); j++) {
                    double draw = draw(options, group.prompt(), rollout.member(), j);
                    double[] probabilities = Softmax.probabilities(logits.get(j), options.temperature());
                    int token = rollout.tokens()[j];
                    double below = Arrays.stream(probabilities, 0, token).sum();
                    assertThat(draw)
                            .as(
                                    "draw for token %d of member %d of prompt %d, which became id %d",
                                    j, rollout.member(), group.prompt().id(), token)
                            .isBetween(below - tolerance, below + probabilities[token] + tolerance);
                }
            }
        }
    }

    /** Checks that the recorded log-probabilities are those of the reference at a temperature. */
    static void assertLogProbs(Fixture f, List<RolloutGroup> groups, double temperature) {
        assertLogProbs(f, groups, temperature, f.tolerances().logProb());
    }

    /** The same with a tolerance of its own. */
    static void assertLogProbs(Fixture f, List<RolloutGroup> groups, double temperature, double tolerance) {
        ReferenceModel model = f.weights();
        for (RolloutGroup group : groups) {
            for (Rollout rollout : group.rollouts()) {
                List<double[]> logits = logits(model, group.prompt(), rollout);
                for (int j = 0; j < rollout.length(); j++) {
                    double expected = Softmax.logProbs(logits.get(j), temperature)[rollout.tokens()[j]];
                    assertThat(rollout.logProbs()[j])
                            .as(
                                    "recorded log-probability of token %d of member %d of prompt %d",
                                    j, rollout.member(), group.prompt().id())
                            .isCloseTo(expected, within(tolerance));
                }
            }
        }
    }

    /**
     * Checks that two samples with the same key agree token for token, unless the first difference is a draw at the
     * boundary between two tokens; log-probabilities must agree as long as the tokens do.
     */
    static void assertSame(
            Fixture f, Prompt prompt, Rollout actual, Rollout expected, SamplingOptions options, String what) {
        int common = Arrays.mismatch(actual.tokens(), expected.tokens());
        if (common >= 0) {
            boolean bothContinue = common < actual.length() && common < expected.length();
            assertThat(bothContinue && onTheEdge(f, prompt, expected, common, options))
                    .as(
                            "%s: member %d of prompt %d is %s, expected %s",
                            what,
                            expected.member(),
                            prompt.id(),
                            Arrays.toString(actual.tokens()),
                            Arrays.toString(expected.tokens()))
                    .isTrue();
        } else {
            assertThat(actual.finish()).as("%s: finish reason", what).isEqualTo(expected.finish());
        }
        int agreed = common < 0 ? expected.length() : common;
        Checks.assertClose(
                what + ": log-probabilities of member " + expected.member() + " of prompt " + prompt.id(),
                Arrays.copyOf(actual.logProbs(), agreed),
                Arrays.copyOf(expected.logProbs(), agreed),
                2 * f.tolerances().logProb());
    }

    private static boolean onTheEdge(Fixture f, Prompt prompt, Rollout rollout, int position, SamplingOptions options) {
        double[] logits = logits(f.weights(), prompt, rollout).get(position);
        double draw = draw(options, prompt, rollout.member(), position);
        double cumulative = 0;
        for (double probability : Softmax.probabilities(logits, options.temperature())) {
            cumulative += probability;
            if (Math.abs(draw - cumulative) < f.tolerances().logProb()) {
                return true;
            }
        }
        return false;
    }

    private static double draw(SamplingOptions options, Prompt prompt, int member, int position) {
        return CounterRandom.uniform(options.seed(), options.step(), prompt.id(), member, position);
    }
}
