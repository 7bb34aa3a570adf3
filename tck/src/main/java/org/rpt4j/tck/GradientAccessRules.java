package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.rpt4j.api.Capability;
import org.rpt4j.api.GradientAccess;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerStep;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.model.format.LoraOptions;
import org.rpt4j.model.format.WeightSpec;
import org.rpt4j.tck.reference.ReferenceAdapter;
import org.rpt4j.tck.reference.ReferenceGradients;

/** Rules about gradients that are read and added as numbers. */
@Needs({Capability.TRAIN, Capability.GRADIENTS})
final class GradientAccessRules {

    private static final TokenBatch FIRST = Group.batch(1, Group.RAGGED.get(0));
    private static final TokenBatch SECOND = Group.batch(1, Group.RAGGED.get(2));
    private static final TokenValues FIRST_WEIGHTS = Group.weights(FIRST, 1);
    private static final TokenValues SECOND_WEIGHTS = Group.weights(SECOND, 2);

    /** Divides no number of parameters of the tiny models, and is smaller than most of their weights. */
    private static final int RANGE = 97;

    private GradientAccessRules() {}

    @Rule(id = "T42", value = "what is read is the gradient that a step applies", everyModel = true)
    static void read(Fixture f) {
        TrainablePolicy policy = f.openTrainable();
        try (Optimizer optimizer = policy.openOptimizer(OptimizerRules.OPTIONS)) {
            GradientAccess gradients = policy.gradients();
            assertThat(gradients.size())
                    .as("number of gradients")
                    .isEqualTo(f.specs().stream().mapToLong(WeightSpec::size).sum());
            assertThat(read(gradients)).as("gradients before a backward pass").containsOnly(0);
            GradientProbe.pass(policy, FIRST, FIRST_WEIGHTS);
            float[] found = read(gradients);
            double[] expected = sorted(ReferenceGradients.of(f.weights(), FIRST, FIRST_WEIGHTS));
            double[] values = sorted(new double[][] {doubles(found)});
            double largest = Math.max(Math.abs(expected[0]), Math.abs(expected[expected.length - 1]));
            Checks.assertClose(
                    "sorted gradients", values, expected, f.tolerances().gradient() * largest);
            OptimizerStep step = optimizer.step();
            assertThat(step.gradientNorm())
                    .as("norm of the step")
                    .isCloseTo(
                            GradientProbe.norm(new double[][] {doubles(found)}),
                            within(f.tolerances().gradient() * step.gradientNorm()));
            assertThat(read(gradients)).as("gradients after a step").containsOnly(0);
        }
    }

    @Rule(id = "T43", value = "shards that are computed from zero and added move weights as one gradient does")
    static void shards(Fixture f) {
        double[][] expected = ReferenceGradients.of(f.weights(), FIRST, FIRST_WEIGHTS);
        double[][] more = ReferenceGradients.of(f.weights(), SECOND, SECOND_WEIGHTS);
        for (int i = 0; i < expected.length; i++) {
            for (int j = 0; j < expected[i].length; j++) {
                expected[i][j] += more[i][j];
            }
        }
        double[][] measured = GradientProbe.measure(f, policy -> {
            GradientAccess gradients = policy.gradients();
            GradientProbe.pass(policy, FIRST, FIRST_WEIGHTS);
            float[] first = read(gradients);
            gradients.clear();
            GradientProbe.pass(policy, SECOND, SECOND_WEIGHTS);
            float[] second = read(gradients);
            gradients.clear();
            add(gradients, first);
            add(gradients, second);
        });
        GradientProbe.assertClose(f, "sum of two shards", measured, expected);
    }

    @Rule(id = "T44", value = "what is read, dropped and added is there again, bit for bit")
    static void roundTrip(Fixture f) {
        TrainablePolicy policy = f.openTrainable();
        GradientAccess gradients = policy.gradients();
        GradientProbe.pass(policy, FIRST, FIRST_WEIGHTS);
        float[] before = read(gradients);
        gradients.clear();
        assertThat(read(gradients)).as("gradients that were dropped").containsOnly(0);
        try (Optimizer optimizer = policy.openOptimizer(OptimizerRules.OPTIONS)) {
            assertThat(optimizer.step().applied())
                    .as("a step of dropped gradients is applied")
                    .isFalse();
            add(gradients, before);
            assertThat(read(gradients)).as("gradients that were added").isEqualTo(before);
            assertThat(optimizer.step().applied())
                    .as("a step of added gradients is applied")
                    .isTrue();
        }
    }

    @Rule(id = "T45", value = "a range outside of the gradients is refused, and so is every range of a closed policy")
    static void ranges(Fixture f) {
        TrainablePolicy policy = f.openTrainable();
        GradientAccess gradients = policy.gradients();
        GradientProbe.pass(policy, FIRST, FIRST_WEIGHTS);
        float[] before = read(gradients);
        long size = gradients.size();
        gradients.read(size, FloatBuffer.allocate(0));
        for (long from : List.of(-1L, size - 1, size, Long.MAX_VALUE)) {
            FloatBuffer two = FloatBuffer.wrap(new float[] {1, 1});
            assertThatThrownBy(() -> gradients.add(from, two), "adding 2 of %s gradients from %s", size, from)
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> gradients.read(from, two), "reading 2 of %s gradients from %s", size, from)
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(two.array()).as("the buffer of a refused range").containsOnly(1);
        }
        assertThat(read(gradients)).as("gradients after refused ranges").isEqualTo(before);
        policy.close();
        FloatBuffer one = FloatBuffer.allocate(1);
        Checks.assertIllegalState("reading gradients of a closed policy", () -> gradients.read(0, one));
        Checks.assertIllegalState("adding gradients to a closed policy", () -> gradients.add(0, one));
        Checks.assertIllegalState("dropping gradients of a closed policy", gradients::clear);
    }

    @Rule(id = "T46", value = "added numbers that are not finite make the step change nothing")
    static void nonFinite(Fixture f) {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            try (TrainablePolicy policy = f.openTrainable();
                    Optimizer optimizer = policy.openOptimizer(OptimizerRules.OPTIONS)) {
                GradientAccess gradients = policy.gradients();
                GradientProbe.pass(policy, FIRST, FIRST_WEIGHTS);
                gradients.add(gradients.size() - 1, FloatBuffer.wrap(new float[] {bad}));
                OptimizerStep step = optimizer.step();
                assertThat(step.applied()).as("a step with %s is applied", bad).isFalse();
                assertThat(step.gradientNorm()).as("norm with %s", bad).isNotFinite();
                assertThat(policy.version()).as("version").isZero();
                assertThat(read(gradients)).as("gradients after the step").containsOnly(0);
            }
        }
    }

    @Rule(id = "T47", value = "the gradients of a policy with an adapter are those of A and B")
    @Needs(Capability.ADAPT)
    static void adapter(Fixture f) {
        for (LoraOptions form : List.of(Adapters.FULL, Adapters.PARTIAL)) {
            var source = Adapters.over(f, form);
            ReferenceAdapter truth = ReferenceAdapter.read(source);
            double[] expected = sorted(truth.gradients(ReferenceGradients.of(truth.adapted(), FIRST, FIRST_WEIGHTS)));
            try (TrainablePolicy policy = f.backend().openTrainablePolicy(source)) {
                GradientProbe.pass(policy, FIRST, FIRST_WEIGHTS);
                double[] found = sorted(new double[][] {doubles(read(policy.gradients()))});
                assertThat(found).as("gradients of A and B").hasSameSizeAs(expected);
                double largest = Math.max(Math.abs(expected[0]), Math.abs(expected[expected.length - 1]));
                Checks.assertClose(
                        "sorted gradients of A and B",
                        found,
                        expected,
                        f.tolerances().gradient() * largest);
            }
        }
    }

    /** Reads all gradients in ranges; a buffer is filled from its position to its limit. */
    private static float[] read(GradientAccess gradients) {
        float[] all = new float[Math.toIntExact(gradients.size())];
        for (int from = 0; from < all.length; from += RANGE) {
            int count = Math.min(RANGE, all.length - from);
            FloatBuffer into = FloatBuffer.wrap(all, from, count);
            gradients.read(from, into);
            assertThat(into.remaining()).as("room left in the buffer").isZero();
        }
        return all;
    }

    private static void add(GradientAccess gradients, float[] values) {
        for (int from = 0; from < values.length; from += RANGE) {
            gradients.add(from, FloatBuffer.wrap(values, from, Math.min(RANGE, values.length - from)));
        }
    }

    private static double[] doubles(float[] values) {
        double[] all = new double[values.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = values[i];
        }
        return all;
    }

    /** The numbers in an order that does not depend on the backend's. */
    private static double[] sorted(double[][] values) {
        return Arrays.stream(values).flatMapToDouble(Arrays::stream).sorted().toArray();
    }
}
