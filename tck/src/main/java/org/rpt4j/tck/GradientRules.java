package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.rpt4j.api.Capability;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.tck.reference.ReferenceGradients;

/** Rules about what a backward pass adds to the gradients. */
@Needs(Capability.TRAIN)
final class GradientRules {

    private static final int KEY = 4;

    private GradientRules() {}

    @Rule(id = "T1", value = "a forward pass has the log-probabilities of the reference", everyModel = true)
    static void logProbs(Fixture f) {
        for (double temperature : new double[] {1, 0.6}) {
            TokenBatch batch = Group.batch(temperature, Group.RAGGED);
            try (TrainablePolicy policy = f.openTrainable();
                    ForwardPass pass = policy.forward(batch)) {
                Checks.assertClose(
                        "log-probabilities of a forward pass",
                        pass.logProbs().values(),
                        f.reference().logProbs(batch).values(),
                        f.tolerances().logProb());
            }
        }
    }

    @Rule(id = "T2", value = "backward adds the weighted sum of gradients of log-probabilities", everyModel = true)
    static void gradient(Fixture f) {
        TokenBatch batch = Group.batch(1, Group.RAGGED);
        GradientProbe.assertLikeReference(f, batch, Group.weights(batch, KEY));
    }

    @Rule(id = "T3", value = "the temperature of a batch divides its logits in the gradient, too")
    static void temperature(Fixture f) {
        TokenBatch batch = Group.batch(0.6, Group.RAGGED);
        GradientProbe.assertLikeReference(f, batch, Group.weights(batch, KEY));
    }

    @Rule(id = "T4", value = "recomputing activations changes memory and not gradients", everyModel = true)
    static void recompute(Fixture f) {
        TokenBatch batch = Group.batch(1, Group.RAGGED);
        TokenValues weights = Group.weights(batch, KEY);
        try (TrainablePolicy policy = f.openBackend(options ->
                        options.toBuilder().recomputeActivations(true).build())
                .openTrainablePolicy(f.source())) {
            double[][] measured = GradientProbe.measure(
                    f, policy, p -> GradientProbe.pass(p, batch, weights), Double.POSITIVE_INFINITY);
            GradientProbe.assertClose(f, "gradient", measured, ReferenceGradients.of(f.weights(), batch, weights));
        }
    }

    @Rule(id = "T5", value = "gradients of several passes add up")
    static void accumulation(Fixture f) {
        TokenBatch first = Group.batch(1, Group.RAGGED.get(0));
        TokenBatch second = Group.batch(1, Group.RAGGED.get(2));
        TokenValues firstWeights = Group.weights(first, KEY);
        TokenValues secondWeights = Group.weights(second, KEY + 1);
        double[][] expected = ReferenceGradients.of(f.weights(), first, firstWeights);
        double[][] more = ReferenceGradients.of(f.weights(), second, secondWeights);
        for (int i = 0; i < expected.length; i++) {
            for (int j = 0; j < expected[i].length; j++) {
                expected[i][j] += more[i][j];
            }
        }
        double[][] measured = GradientProbe.measure(f, policy -> {
            GradientProbe.pass(policy, first, firstWeights);
            GradientProbe.pass(policy, second, secondWeights);
        });
        GradientProbe.assertClose(f, "sum of two gradients", measured, expected);
    }

    @Rule(id = "T6", value = "micro-batches do not matter: 1x8 = 8x1 = 3+5")
    static void microBatches(Fixture f) {
        List<Group> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            all.add(new Group(Group.tokens(5, 8), List.of(Group.tokens(1 + i % 4, 9, i))));
        }
        double[][] whole = GradientProbe.measure(f, policy -> passes(policy, all, 8));
        double[][] single = GradientProbe.measure(f, policy -> passes(policy, all, 1, 1, 1, 1, 1, 1, 1, 1));
        double[][] uneven = GradientProbe.measure(f, policy -> passes(policy, all, 3, 5));
        GradientProbe.assertClose(f, "gradient of 8x1 against 1x8", single, whole);
        GradientProbe.assertClose(f, "gradient of 3+5 against 1x8", uneven, whole);
    }

    /** Runs the groups in micro-batches of the given sizes; the weights of a group depend only on the group. */
    private static void passes(TrainablePolicy policy, List<Group> groups, int... sizes) {
        int start = 0;
        for (int size : sizes) {
            TokenBatch batch = Group.batch(1, groups.subList(start, start + size));
            double[] weights = new double[batch.completionTokenCount()];
            int next = 0;
            for (int g = start; g < start + size; g++) {
                for (int j = 0; j < groups.get(g).completions().get(0).length; j++) {
                    weights[next++] = (g % 2 == 0 ? 1 : -1) * (1 + g + 0.3 * j) / 8;
                }
            }
            GradientProbe.pass(policy, batch, TokenValues.of(batch, weights));
            start += size;
        }
    }

    @Rule(id = "T7", value = "the order of groups does not matter")
    static void order(Fixture f) {
        List<Group> groups = Group.RAGGED;
        List<Group> reversed = new ArrayList<>(groups);
        Collections.reverse(reversed);
        double[][] forwards = GradientProbe.measure(f, policy -> signedPass(policy, groups));
        double[][] backwards = GradientProbe.measure(f, policy -> signedPass(policy, reversed));
        GradientProbe.assertClose(f, "gradient of reversed groups", backwards, forwards);
    }

    @Rule(id = "T8", value = "a shared prompt has the gradient of a repeated one", everyModel = true)
    static void sharedPrompt(Fixture f) {
        double[][] shared = GradientProbe.measure(f, policy -> signedPass(policy, Group.RAGGED));
        double[][] repeated = GradientProbe.measure(f, policy -> signedPass(policy, Group.alone(Group.RAGGED)));
        GradientProbe.assertClose(f, "gradient of repeated prompts", repeated, shared);
    }

    /** A pass in which the weight of a token depends on the token, not on its position in the batch. */
    private static void signedPass(TrainablePolicy policy, List<Group> groups) {
        TokenBatch batch = Group.batch(1, groups);
        double[] weights = new double[batch.completionTokenCount()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (batch.completionTokens()[i] - TinyModel.VOCABULARY / 2) / (double) TinyModel.VOCABULARY;
        }
        GradientProbe.pass(policy, batch, TokenValues.of(batch, weights));
    }

    @Rule(id = "T9", value = "tokens of weight 0 contribute nothing")
    static void zeroWeights(Fixture f) {
        Group silent = Group.RAGGED.get(2);
        TokenBatch batch = Group.batch(1, Group.RAGGED.get(0), silent);
        TokenBatch without = Group.batch(1, Group.RAGGED.get(0));
        TokenValues weights = Group.weights(without, KEY);
        double[] padded = new double[batch.completionTokenCount()];
        System.arraycopy(weights.values(), 0, padded, 0, weights.size());
        double[][] measured =
                GradientProbe.measure(f, policy -> GradientProbe.pass(policy, batch, TokenValues.of(batch, padded)));
        GradientProbe.assertClose(f, "gradient", measured, ReferenceGradients.of(f.weights(), without, weights));
        double[][] none = GradientProbe.measure(
                f,
                policy -> GradientProbe.pass(
                        policy, batch, TokenValues.of(batch, new double[batch.completionTokenCount()])));
        for (double[] gradient : none) {
            assertThat(gradient).as("gradient of weights that are all 0").containsOnly(0);
        }
    }
}
