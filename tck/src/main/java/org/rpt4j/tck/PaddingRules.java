package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.rpt4j.api.Capability;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.TokenValues;
import org.rpt4j.tck.reference.ReferenceGradients;

/**
 * Rules about ids that no token has, in models that are padded to more rows than their tokenizer has tokens. Sampler,
 * log-probabilities, scores and gradients must be those of one distribution: that over the ids with a token.
 */
final class PaddingRules {

    private static final List<Group> GROUPS = Group.RAGGED.stream()
            .map(group -> new Group(
                    present(group.prompt()),
                    group.completions().stream().map(PaddingRules::present).toList()))
            .toList();

    private PaddingRules() {}

    /** The same tokens, with another in the place of each that is absent. */
    private static int[] present(int[] tokens) {
        return Arrays.stream(tokens)
                .map(token -> Fixture.ABSENT.contains(token) ? 1 : token)
                .toArray();
    }

    @Rule(id = "P32", value = "an id that no token has is never sampled")
    @Needs(Capability.GENERATE)
    static void sampling(Fixture f) {
        f.pad();
        List<Prompt> prompts = Samples.PROMPTS.stream()
                .map(prompt -> new Prompt(prompt.id(), present(prompt.tokens())))
                .toList();
        for (double temperature : new double[] {0.8, 0}) {
            SamplingOptions options =
                    Samples.OPTIONS.toBuilder().temperature(temperature).build();
            List<RolloutGroup> groups = f.policy().generate(prompts, options);
            for (RolloutGroup group : groups) {
                assertThat(group.rollouts())
                        .allSatisfy(rollout -> assertThat(
                                        Arrays.stream(rollout.tokens()).boxed())
                                .as("sampled at temperature %s", temperature)
                                .doesNotContainAnyElementsOf(Fixture.ABSENT));
            }
            Samples.assertLogProbs(f, groups, options.logProbTemperature());
        }
        for (int absent : Fixture.ABSENT) {
            Checks.assertIllegalArgument(
                    "a prompt with the id " + absent + ", which no token has",
                    () -> f.policy().generate(List.of(new Prompt(1, new int[] {1, absent})), Samples.OPTIONS));
        }
    }

    @Rule(id = "P33", value = "log-probabilities are over the ids that have a token")
    @Needs(Capability.LOG_PROBS)
    static void logProbs(Fixture f) {
        f.pad();
        TokenBatch batch = Group.batch(0.7, GROUPS);
        Checks.assertClose(
                "log-probabilities of a padded model",
                f.policy().logProbs(batch).values(),
                f.reference().logProbs(batch).values(),
                f.tolerances().logProb());
        TokenBatch absent = Group.batch(1, new Group(new int[] {1}, List.of(new int[] {2, 35})));
        Checks.assertIllegalArgument(
                "a completion with the id 35, which no token has",
                () -> f.policy().logProbs(absent));
    }

    @Rule(id = "S15", value = "scores are over the ids that have a token")
    @Needs(Capability.SCORE)
    static void scores(Fixture f) {
        f.pad();
        List<int[]> sequences = GROUPS.stream().map(Group::prompt).toList();
        ProxyScorer scorer = f.openScorer();
        for (int k : new int[] {3, TinyModel.VOCABULARY}) {
            for (boolean renormalise : new boolean[] {true, false}) {
                ScoringOptions options = ScoringOptions.builder()
                        .topK(k)
                        .renormalise(renormalise)
                        .build();
                List<TokenScores> found = scorer.score(sequences, options);
                List<TokenScores> expected = f.openReferenceScorer().score(sequences, options);
                for (int i = 0; i < sequences.size(); i++) {
                    assertSame(f, "sequence " + i + ", k " + k, found.get(i), expected.get(i));
                }
            }
        }
    }

    private static void assertSame(Fixture f, String what, TokenScores found, TokenScores expected) {
        assertThat(Arrays.stream(found.argmax()).boxed())
                .as("most probable ids of %s", what)
                .doesNotContainAnyElementsOf(Fixture.ABSENT);
        double tolerance = f.tolerances().logProb();
        Checks.assertClose("entropy of " + what, scored(found.entropy()), scored(expected.entropy()), tolerance);
        Checks.assertClose(
                "log-probability of " + what, scored(found.trueLogProb()), scored(expected.trueLogProb()), tolerance);
    }

    private static double[] scored(double[] values) {
        return Arrays.copyOfRange(values, 1, values.length);
    }

    @Rule(id = "T30", value = "gradients are those of log-probabilities over the ids that have a token")
    @Needs(Capability.TRAIN)
    static void gradients(Fixture f) {
        f.pad();
        TokenBatch batch = Group.batch(1, GROUPS);
        TokenValues weights = Group.weights(batch, 6);
        double[][] measured = GradientProbe.measure(f, policy -> GradientProbe.pass(policy, batch, weights));
        GradientProbe.assertClose(
                f, "gradient of a padded model", measured, ReferenceGradients.of(f.weights(), batch, weights));
    }
}
