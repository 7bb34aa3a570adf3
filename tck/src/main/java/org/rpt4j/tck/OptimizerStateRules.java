package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.rpt4j.api.Capability;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerStep;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.tck.reference.ReferencePolicy;

/** Rules about gradients, moments and step count: what is kept, dropped and saved. */
@Needs(Capability.TRAIN)
final class OptimizerStateRules {

    private static final TokenBatch BATCH = OptimizerRules.BATCH;

    private OptimizerStateRules() {}

    @Rule(id = "O9", value = "non-finite gradients change nothing and are dropped")
    static void nonFiniteGradient(Fixture f) {
        assertChangesNothing(f, (policy, optimizer) -> {
            double[] huge = new double[BATCH.completionTokenCount()];
            Arrays.fill(huge, Double.MAX_VALUE);
            GradientProbe.pass(policy, BATCH, TokenValues.of(BATCH, huge));
            OptimizerStep step = optimizer.step();
            assertThat(step.applied())
                    .as("a step of gradients that overflowed is applied")
                    .isFalse();
            assertThat(step.gradientNorm())
                    .as("norm of gradients that overflowed")
                    .isNotFinite();
        });
    }

    @Rule(id = "O10", value = "a step without a backward pass changes nothing")
    static void emptyStep(Fixture f) {
        assertChangesNothing(
                f,
                (policy, optimizer) -> assertThat(optimizer.step().applied())
                        .as("an empty step is applied")
                        .isFalse());
    }

    @Rule(id = "O11", value = "zeroGradients drops what was accumulated")
    static void zeroGradients(Fixture f) {
        assertChangesNothing(f, (policy, optimizer) -> {
            OptimizerRules.accumulate(policy, 3);
            optimizer.zeroGradients();
            assertThat(optimizer.step().applied())
                    .as("a step after zeroGradients is applied")
                    .isFalse();
        });
    }

    private interface Futile {
        void run(TrainablePolicy policy, Optimizer optimizer);
    }

    /** In the middle of a run, with nonzero moments: the run continues as if nothing had happened. */
    private static void assertChangesNothing(Fixture f, Futile futile) {
        TrainablePolicy policy = f.openTrainable();
        ReferencePolicy truth = f.openReference();
        try (Optimizer optimizer = policy.openOptimizer(OptimizerRules.OPTIONS);
                Optimizer expected = truth.openOptimizer(OptimizerRules.OPTIONS)) {
            OptimizerRules.train(policy, optimizer, 1, 2);
            OptimizerRules.train(truth, expected, 1, 2);
            double[][] before = GradientProbe.weights(f, policy);
            futile.run(policy, optimizer);
            assertThat(Arrays.deepEquals(GradientProbe.weights(f, policy), before))
                    .as("the weights are unchanged")
                    .isTrue();
            assertThat(policy.version()).as("version").isEqualTo(2);
            assertThat(optimizer.stepCount()).as("step count").isEqualTo(2);
            OptimizerRules.train(policy, optimizer, 3, 4);
            OptimizerRules.train(truth, expected, 3, 4);
            OptimizerRules.assertSameMovement(f, policy, truth);
        }
    }

    @Rule(id = "O12", value = "a step drops the gradients that it applied")
    static void stepClears(Fixture f) {
        TrainablePolicy policy = f.openTrainable();
        try (Optimizer optimizer = policy.openOptimizer(OptimizerRules.OPTIONS)) {
            OptimizerRules.train(policy, optimizer, 1, 1);
            assertThat(optimizer.step().applied())
                    .as("a second step is applied")
                    .isFalse();
        }
    }

    @Rule(id = "O13", value = "the step count is that of applied updates")
    static void stepCount(Fixture f) {
        TrainablePolicy policy = f.openTrainable();
        try (Optimizer optimizer = policy.openOptimizer(OptimizerRules.OPTIONS)) {
            assertThat(optimizer.stepCount()).isZero();
            OptimizerRules.train(policy, optimizer, 1, 2);
            optimizer.step();
            assertThat(optimizer.stepCount())
                    .as("after two updates and an empty step")
                    .isEqualTo(2);
        }
    }

    @Rule(
            id = "O14",
            value = "a run that is saved and restored continues as if it had never stopped",
            everyModel = true)
    static void resume(Fixture f) {
        Path state = f.path("states").resolve("optimizer.safetensors");
        Path middle = f.path("middle");
        TrainablePolicy straight = f.openTrainable();
        try (Optimizer optimizer = straight.openOptimizer(OptimizerRules.OPTIONS)) {
            OptimizerRules.train(straight, optimizer, 1, 2);
            optimizer.saveState(state);
            OptimizerRules.train(straight, optimizer, 3, 3);
            optimizer.saveState(state);
            straight.save(middle);
            OptimizerRules.train(straight, optimizer, 4, 6);
        }
        double[][] expected = GradientProbe.weights(f, straight);
        try (TrainablePolicy resumed = f.backend().openTrainablePolicy(ModelSource.directory(middle));
                Optimizer optimizer = resumed.openOptimizer(OptimizerRules.OPTIONS)) {
            optimizer.restoreState(state);
            assertThat(optimizer.stepCount()).as("restored step count").isEqualTo(3);
            OptimizerRules.train(resumed, optimizer, 4, 6);
            double[][] found = GradientProbe.weights(f, resumed);
            for (int i = 0; i < expected.length; i++) {
                Checks.assertClose(
                        f.specs().get(i).name(),
                        found[i],
                        expected[i],
                        f.tolerances().replay());
            }
        }
    }

    @Rule(id = "O15", value = "a state that is missing, damaged or of another model is refused and changes nothing")
    static void badState(Fixture f) throws IOException {
        Path good = f.path("good.safetensors");
        Path other = f.path("other.safetensors");
        try (TrainablePolicy stranger = f.backend().openTrainablePolicy(TinyModel.LLAMA.write(f.path("stranger")));
                Optimizer optimizer = stranger.openOptimizer(OptimizerRules.OPTIONS)) {
            OptimizerRules.train(stranger, optimizer, 1, 1);
            optimizer.saveState(other);
        }
        TrainablePolicy policy = f.openTrainable();
        ReferencePolicy truth = f.openReference();
        try (Optimizer optimizer = policy.openOptimizer(OptimizerRules.OPTIONS);
                Optimizer expected = truth.openOptimizer(OptimizerRules.OPTIONS)) {
            OptimizerRules.train(policy, optimizer, 1, 2);
            OptimizerRules.train(truth, expected, 1, 2);
            optimizer.saveState(good);
            byte[] bytes = Files.readAllBytes(good);
            Path cut = Files.write(f.path("cut"), Arrays.copyOf(bytes, bytes.length / 2));
            Path noise = Files.writeString(f.path("noise"), "this was never an optimizer's state, only text");
            for (Path bad :
                    List.of(f.path("missing"), cut, noise, other, f.source().directory())) {
                assertThatThrownBy(() -> optimizer.restoreState(bad), "restoring \"%s\"", bad.getFileName())
                        .isInstanceOf(CheckpointException.class);
                assertThat(optimizer.stepCount()).as("step count").isEqualTo(2);
            }
            OptimizerRules.train(policy, optimizer, 3, 4);
            OptimizerRules.train(truth, expected, 3, 4);
            OptimizerRules.assertSameMovement(f, policy, truth);
        }
    }

    @Rule(id = "O22", value = "a state with a tensor in another shape, transposed included, is refused by name")
    static void transposedState(Fixture f) {
        Path good = f.path("good.safetensors");
        TrainablePolicy policy = f.openTrainable();
        ReferencePolicy truth = f.openReference();
        try (Optimizer optimizer = policy.openOptimizer(OptimizerRules.OPTIONS);
                Optimizer expected = truth.openOptimizer(OptimizerRules.OPTIONS)) {
            OptimizerRules.train(policy, optimizer, 1, 2);
            OptimizerRules.train(truth, expected, 1, 2);
            optimizer.saveState(good);
            for (String name : StateFiles.oblongMatrices(good)) {
                Path bad = f.path("transposed.safetensors");
                StateFiles.transpose(good, name, bad);
                assertThatThrownBy(() -> optimizer.restoreState(bad), "restoring a state with %s transposed", name)
                        .isInstanceOf(CheckpointException.class)
                        .hasMessageContaining(name);
            }
            assertThat(optimizer.stepCount()).as("step count").isEqualTo(2);
            OptimizerRules.train(policy, optimizer, 3, 4);
            OptimizerRules.train(truth, expected, 3, 4);
            OptimizerRules.assertSameMovement(f, policy, truth);
        }
    }

    @Rule(id = "O23", value = "a state with values that no optimizer can have is refused and changes nothing")
    static void impossibleState(Fixture f) {
        Path good = f.path("good.safetensors");
        TrainablePolicy policy = f.openTrainable();
        ReferencePolicy truth = f.openReference();
        try (Optimizer optimizer = policy.openOptimizer(OptimizerRules.OPTIONS);
                Optimizer expected = truth.openOptimizer(OptimizerRules.OPTIONS)) {
            OptimizerRules.train(policy, optimizer, 1, 2);
            OptimizerRules.train(truth, expected, 1, 2);
            optimizer.saveState(good);
            double[][] before = GradientProbe.weights(f, policy);
            for (Map.Entry<String, Path> bad :
                    StateFiles.impossible(good, f.path("impossible")).entrySet()) {
                assertThatThrownBy(() -> optimizer.restoreState(bad.getValue()), "restoring %s", bad.getKey())
                        .isInstanceOf(CheckpointException.class);
                assertThat(optimizer.stepCount()).as("step count").isEqualTo(2);
            }
            assertThat(Arrays.deepEquals(GradientProbe.weights(f, policy), before))
                    .as("the weights are unchanged")
                    .isTrue();
            OptimizerRules.train(policy, optimizer, 3, 4);
            OptimizerRules.train(truth, expected, 3, 4);
            OptimizerRules.assertSameMovement(f, policy, truth);
        }
    }

    @Rule(id = "O16", value = "a state that cannot be written is a CheckpointException")
    static void impossibleTarget(Fixture f) throws IOException {
        Path file = Files.writeString(f.path("file"), "in the way");
        TrainablePolicy policy = f.openTrainable();
        try (Optimizer optimizer = policy.openOptimizer(OptimizerRules.OPTIONS)) {
            OptimizerRules.train(policy, optimizer, 1, 1);
            assertThatThrownBy(() -> optimizer.saveState(file.resolve("state")), "saving below a file")
                    .isInstanceOf(CheckpointException.class);
        }
        assertThat(file).hasContent("in the way");
    }

    @Rule(id = "O17", value = "a policy has one open optimizer at a time")
    static void oneOptimizer(Fixture f) {
        TrainablePolicy policy = f.openTrainable();
        Optimizer first = policy.openOptimizer(OptimizerRules.OPTIONS);
        Checks.assertIllegalState("a second optimizer", () -> policy.openOptimizer(OptimizerRules.OPTIONS));
        first.close();
        assertThatCode(() -> policy.openOptimizer(OptimizerRules.OPTIONS).close())
                .as("an optimizer after the first was closed")
                .doesNotThrowAnyException();
    }

    @Rule(id = "O18", value = "closing an optimizer ends it, but not its policy, and the next one starts afresh")
    static void close(Fixture f) {
        TrainablePolicy policy = f.openTrainable();
        Optimizer first = policy.openOptimizer(OptimizerRules.OPTIONS);
        OptimizerRules.train(policy, first, 1, 1);
        OptimizerRules.accumulate(policy, 2);
        first.close();
        assertThatCode(first::close).as("a second close").doesNotThrowAnyException();
        Checks.assertIllegalState("a step after close", first::step);
        Checks.assertIllegalState("zeroGradients after close", first::zeroGradients);
        Checks.assertIllegalState("step count after close", first::stepCount);
        Checks.assertIllegalState("a learning rate after close", () -> first.setLearningRate(1));
        Checks.assertIllegalState("saving after close", () -> first.saveState(f.path("never")));
        Checks.assertIllegalState("restoring after close", () -> first.restoreState(f.path("never")));
        assertThat(policy.version()).as("version of the policy").isEqualTo(1);
        try (Optimizer second = policy.openOptimizer(OptimizerRules.OPTIONS)) {
            assertThat(second.stepCount()).as("step count of a new optimizer").isZero();
            assertThat(second.step().applied())
                    .as("gradients of the closed optimizer are applied")
                    .isFalse();
        }
    }
}
