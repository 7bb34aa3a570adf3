package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.rpt4j.api.Capability;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.ContextOverflowException;
import org.rpt4j.api.error.NumericalException;
import org.rpt4j.tck.reference.ReferenceGradients;
import org.rpt4j.tck.reference.ReferencePolicy;

/** Rules about the life cycle of forward passes, and about a policy whose weights change. */
@Needs(Capability.TRAIN)
final class TrainingRules {

    /** Large enough for one step to change what is sampled. */
    static final OptimizerOptions LARGE_STEPS = OptimizerOptions.builder()
            .learningRate(0.05)
            .beta2(0.99)
            .epsilon(1e-3)
            .weightDecay(0)
            .maxGradientNorm(Double.POSITIVE_INFINITY)
            .build();

    private static final TokenBatch BATCH = Group.batch(1, Group.RAGGED);
    private static final TokenValues WEIGHTS = Group.weights(BATCH, 6);

    private TrainingRules() {}

    @Rule(id = "T10", value = "a second backward of one pass is refused and adds nothing")
    static void secondBackward(Fixture f) {
        double[][] measured = GradientProbe.measure(f, policy -> {
            try (ForwardPass pass = policy.forward(BATCH)) {
                pass.backward(WEIGHTS);
                Checks.assertIllegalState("a second backward", () -> pass.backward(WEIGHTS));
            }
        });
        assertSingleGradient(f, measured);
    }

    @Rule(id = "T11", value = "weights in the shape of another batch are refused and add nothing")
    static void wrongShape(Fixture f) {
        TokenBatch sameSize =
                Group.batch(1, new Group(new int[] {1}, List.of(Group.tokens(BATCH.completionTokenCount(), 1))));
        TokenBatch smaller = Group.batch(1, Group.RAGGED.get(0));
        double[][] measured = GradientProbe.measure(f, policy -> {
            for (TokenBatch other : List.of(sameSize, smaller)) {
                try (ForwardPass pass = policy.forward(BATCH)) {
                    Checks.assertIllegalArgument(
                            "weights of another batch", () -> pass.backward(Group.weights(other, 1)));
                }
            }
            GradientProbe.pass(policy, BATCH, WEIGHTS);
        });
        assertSingleGradient(f, measured);
    }

    @Rule(id = "T12", value = "non-finite weights are refused and add nothing")
    static void nonFiniteWeight(Fixture f) {
        double[][] measured = GradientProbe.measure(f, policy -> {
            for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
                double[] weights = WEIGHTS.values().clone();
                weights[weights.length - 1] = bad;
                try (ForwardPass pass = policy.forward(BATCH)) {
                    assertThatThrownBy(() -> pass.backward(TokenValues.of(BATCH, weights)), "a weight of %s", bad)
                            .isInstanceOf(NumericalException.class);
                }
            }
            GradientProbe.pass(policy, BATCH, WEIGHTS);
        });
        assertSingleGradient(f, measured);
    }

    private static void assertSingleGradient(Fixture f, double[][] measured) {
        GradientProbe.assertClose(f, "gradient", measured, ReferenceGradients.of(f.weights(), BATCH, WEIGHTS));
    }

    @Rule(id = "T13", value = "one forward pass is open at a time")
    static void oneOpenPass(Fixture f) {
        TrainablePolicy policy = f.openTrainable();
        ForwardPass pass = policy.forward(BATCH);
        Checks.assertIllegalState("a second open pass", () -> policy.forward(BATCH));
        pass.close();
        assertThatCode(() -> policy.forward(BATCH).close())
                .as("a pass after the first was closed")
                .doesNotThrowAnyException();
    }

    @Rule(id = "T14", value = "a pass may be closed without backward; closing is idempotent and final")
    static void closedPass(Fixture f) {
        TrainablePolicy policy = f.openTrainable();
        try (Optimizer optimizer = policy.openOptimizer(LARGE_STEPS)) {
            ForwardPass pass = policy.forward(BATCH);
            pass.close();
            assertThatCode(pass::close).as("a second close").doesNotThrowAnyException();
            Checks.assertIllegalState("backward after close", () -> pass.backward(WEIGHTS));
            assertThat(optimizer.step().applied())
                    .as("a step without gradients is applied")
                    .isFalse();
            ForwardPass next = policy.forward(BATCH);
            pass.close();
            Checks.assertIllegalState("a pass while another is open", () -> policy.forward(BATCH));
            next.close();
        }
    }

    @Rule(id = "T15", value = "each applied step raises the version by one, and rollouts carry it")
    @Needs(Capability.GENERATE)
    static void version(Fixture f) {
        TrainablePolicy policy = f.openTrainable();
        try (Optimizer optimizer = policy.openOptimizer(LARGE_STEPS)) {
            for (long version = 0; version < 3; version++) {
                assertThat(policy.version())
                        .as("version after %d steps", version)
                        .isEqualTo(version);
                assertThat(policy.generate(Samples.PROMPTS, Samples.OPTIONS))
                        .flatMap(group -> group.rollouts())
                        .extracting(Rollout::policyVersion)
                        .as("versions on rollouts after %d steps", version)
                        .containsOnly(version);
                GradientProbe.pass(policy, BATCH, WEIGHTS);
                assertThat(policy.version()).as("version before the step").isEqualTo(version);
                optimizer.step();
            }
        }
    }

    @Rule(id = "T16", value = "everything after a step uses the weights of that step", everyModel = true)
    @Needs({Capability.GENERATE, Capability.LOG_PROBS})
    static void freshWeights(Fixture f) {
        TrainablePolicy policy = f.openTrainable();
        ReferencePolicy truth = f.openReference();
        double[] before = policy.logProbs(BATCH).values();
        policy.generate(Samples.PROMPTS, Samples.OPTIONS);
        for (TrainablePolicy trained : List.of(policy, truth)) {
            try (Optimizer optimizer = trained.openOptimizer(LARGE_STEPS)) {
                GradientProbe.pass(trained, BATCH, WEIGHTS);
                optimizer.step();
            }
        }
        double[] expected = truth.logProbs(BATCH).values();
        assertThat(expected).as("the step changed the log-probabilities").isNotEqualTo(before);
        double tolerance = 10 * f.tolerances().logProb();
        Checks.assertClose(
                "log-probabilities after a step", policy.logProbs(BATCH).values(), expected, tolerance);
        try (ForwardPass pass = policy.forward(BATCH)) {
            Checks.assertClose(
                    "log-probabilities of a pass after a step", pass.logProbs().values(), expected, tolerance);
        }
        TokenBatch.Builder sampled = TokenBatch.builder(Samples.OPTIONS.temperature());
        double[] recorded = policy.generate(Samples.PROMPTS, Samples.OPTIONS).stream()
                .peek(sampled::add)
                .flatMap(group -> group.rollouts().stream())
                .flatMapToDouble(rollout -> Arrays.stream(rollout.logProbs()))
                .toArray();
        Checks.assertClose(
                "log-probabilities recorded after a step",
                recorded,
                truth.logProbs(sampled.build()).values(),
                tolerance);
    }

    @Rule(id = "T17", value = "a forward pass checks the context window and the vocabulary")
    static void inputs(Fixture f) {
        TrainablePolicy policy = f.openTrainable();
        TokenBatch tooLong =
                Group.batch(1, new Group(Group.tokens(TinyModel.CONTEXT - 3, 5), List.of(Group.tokens(4, 6))));
        assertThatThrownBy(() -> policy.forward(tooLong), "a pass over %d tokens", TinyModel.CONTEXT + 1)
                .isInstanceOf(ContextOverflowException.class);
        for (int id : new int[] {-1, TinyModel.VOCABULARY}) {
            Checks.assertIllegalArgument(
                    "the id " + id,
                    () -> policy.forward(Group.batch(1, new Group(new int[] {1}, List.of(new int[] {2, id})))));
        }
        assertThatCode(() -> policy.forward(BATCH).close())
                .as("a good pass afterwards")
                .doesNotThrowAnyException();
    }

    @Rule(id = "T18", value = "an interrupted thread gets no forward pass, and none stays open")
    static void interruption(Fixture f) {
        TrainablePolicy policy = f.openTrainable();
        Checks.assertCancelledWhenInterrupted("a forward pass", () -> policy.forward(BATCH));
        assertThatCode(() -> policy.forward(BATCH).close())
                .as("a pass afterwards")
                .doesNotThrowAnyException();
    }

    @Rule(id = "T19", value = "a closed policy neither trains nor saves")
    static void close(Fixture f) {
        TrainablePolicy policy = f.openTrainable();
        Optimizer optimizer = policy.openOptimizer(LARGE_STEPS);
        ForwardPass pass = policy.forward(BATCH);
        policy.close();
        assertThatCode(policy::close).as("a second close").doesNotThrowAnyException();
        Checks.assertIllegalState("forward after close", () -> policy.forward(BATCH));
        Checks.assertIllegalState("an optimizer after close", () -> policy.openOptimizer(LARGE_STEPS));
        Checks.assertIllegalState("saving after close", () -> policy.save(f.path("never")));
        Checks.assertIllegalState("backward after close", () -> pass.backward(WEIGHTS));
        Checks.assertIllegalState("a step after close", optimizer::step);
        assertThatCode(pass::close).as("closing a pass late").doesNotThrowAnyException();
        assertThatCode(optimizer::close).as("closing an optimizer late").doesNotThrowAnyException();
    }
}
