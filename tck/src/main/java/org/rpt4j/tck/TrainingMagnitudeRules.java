package org.rpt4j.tck;

import java.util.ArrayList;
import java.util.List;
import org.rpt4j.api.Capability;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.tck.reference.ReferenceGradients;

/** Rules about gradients of ids, batches and accumulations as large as those of real training. */
@Needs(Capability.TRAIN)
final class TrainingMagnitudeRules {

    private static final int MICRO_BATCHES = 64;

    private TrainingMagnitudeRules() {}

    @Rule(id = "T31", value = "rows of token ids above 65,535 get their gradients")
    static void vocabulary(Fixture f) {
        Fixture large = f.over("vocabulary", MagnitudeRules.largeVocabulary()::write);
        TokenBatch batch = Group.batch(
                1, new Group(new int[] {65_536, 3, 151_935}, List.of(new int[] {65_539, 3, 98_304, 140_000})));
        GradientProbe.assertLikeReference(large, batch, Group.weights(batch, 3));
    }

    @Rule(id = "T32", value = "64 micro-batches add up like one batch")
    static void microBatches(Fixture f) {
        List<Group> all = new ArrayList<>();
        for (int i = 0; i < MICRO_BATCHES; i++) {
            all.add(new Group(Group.tokens(1 + i % 5, 8, i), List.of(Group.tokens(1 + i % 7, 9, i))));
        }
        TokenBatch whole = Group.batch(1, all);
        double[] weights = Group.weights(whole, 5).values();
        double[][] measured = GradientProbe.measure(f, policy -> {
            int from = 0;
            for (Group group : all) {
                TokenBatch part = Group.batch(1, group);
                double[] own = new double[part.completionTokenCount()];
                System.arraycopy(weights, from, own, 0, own.length);
                from += own.length;
                GradientProbe.pass(policy, part, TokenValues.of(part, own));
            }
        });
        GradientProbe.assertClose(
                f,
                "sum of 64 gradients",
                measured,
                ReferenceGradients.of(f.weights(), whole, TokenValues.of(whole, weights)));
    }

    @Rule(id = "T33", value = "completions of 1 and of 400 tokens share a batch")
    static void unequalLengths(Fixture f) {
        Fixture wide = f.over("lengths", new ModelShape().model()::write);
        TokenBatch batch = Group.batch(
                1,
                new Group(Group.tokens(100, 1), List.of(Group.tokens(1, 2), Group.tokens(400, 3))),
                new Group(Group.tokens(1, 4), List.of(Group.tokens(1, 5))));
        GradientProbe.assertLikeReference(wide, batch, Group.weights(batch, 6));
    }
}
