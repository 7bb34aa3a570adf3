package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.rpt4j.api.Capability;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.api.error.RptException;
import org.rpt4j.tck.reference.ReferenceModel;
import org.rpt4j.tck.reference.ReferencePolicy;

/** Rules about saving the weights. */
@Needs(Capability.TRAIN)
final class SaveRules {

    private static final TokenBatch BATCH = Group.batch(1, Group.RAGGED);

    private SaveRules() {}

    @Rule(id = "T20", value = "a saved checkpoint reopens to the same log-probabilities", everyModel = true)
    @Needs(Capability.LOG_PROBS)
    static void reopens(Fixture f) {
        Path saved = f.path("new").resolve("saved");
        TrainablePolicy policy = f.openTrainable();
        train(policy);
        double[] expected = policy.logProbs(BATCH).values();
        policy.save(saved);
        ModelSource source = ModelSource.directory(saved);
        try (TrainablePolicy reopened = f.backend().openTrainablePolicy(source);
                ReferencePolicy truth = new ReferencePolicy(source)) {
            assertThat(reopened.description()).isEqualTo(f.model().config().describe());
            Checks.assertClose(
                    "log-probabilities after reopening",
                    reopened.logProbs(BATCH).values(),
                    expected,
                    f.tolerances().replay());
            Checks.assertClose(
                    "log-probabilities of the saved weights in the reference",
                    truth.logProbs(BATCH).values(),
                    expected,
                    10 * f.tolerances().logProb());
        }
    }

    @Rule(id = "T21", value = "saving copies the tokenizer and replaces a checkpoint whole")
    static void replacesWhole(Fixture f) throws IOException {
        Path target = f.path("target");
        TinyModel.LLAMA.write(target);
        Files.writeString(target.resolve("left-over.txt"), "of the old checkpoint");
        for (String name : new String[] {"tokenizer.json", "tokenizer_config.json"}) {
            Files.writeString(f.source().directory().resolve(name), "{\"of\": \"" + name + "\"}");
        }
        f.openTrainable().save(target);
        for (String name : new String[] {"tokenizer.json", "tokenizer_config.json"}) {
            assertThat(target.resolve(name))
                    .hasSameTextualContentAs(f.source().directory().resolve(name));
        }
        assertThat(target.resolve("left-over.txt"))
                .as("a file of the replaced checkpoint")
                .doesNotExist();
        assertWeights(target, f.weights().weights());
        try (var beside = Files.list(target.toAbsolutePath().getParent())) {
            assertThat(beside.map(path -> path.getFileName().toString()))
                    .as("what lies beside the checkpoint")
                    .doesNotContain(".target.previous")
                    .noneMatch(name -> name.contains("tmp"));
        }
    }

    @Rule(id = "T22", value = "a checkpoint that cannot be written is a CheckpointException")
    static void impossibleTarget(Fixture f) throws IOException {
        Path file = Files.writeString(f.path("file"), "in the way");
        TrainablePolicy policy = f.openTrainable();
        assertThatThrownBy(() -> policy.save(file.resolve("checkpoint")), "saving below a file")
                .isInstanceOf(CheckpointException.class);
        assertThat(file).hasContent("in the way");
    }

    @Rule(id = "T23", value = "a save that fails leaves the old checkpoint whole")
    static void oldOrNew(Fixture f) throws IOException {
        Path target = f.path("target");
        TrainablePolicy policy = f.openTrainable();
        policy.save(target);
        double[][] before = ReferenceModel.read(target).weights();
        train(policy);
        Thread.currentThread().interrupt();
        saveOrFail(policy, target);
        Thread.interrupted();
        assertOldOrNew(target, before, GradientProbe.weights(f, policy));
        Files.delete(f.source().directory().resolve("config.json"));
        train(policy);
        double[][] old = ReferenceModel.read(target).weights();
        if (!saveOrFail(policy, target)) {
            assertWeights(target, old);
        }
    }

    /** Returns whether the save succeeded; any error of rpt4j is an orderly failure. */
    private static boolean saveOrFail(TrainablePolicy policy, Path target) {
        try {
            policy.save(target);
            return true;
        } catch (RptException e) {
            return false;
        }
    }

    private static void assertOldOrNew(Path target, double[][] old, double[][] fresh) {
        double[][] found = ReferenceModel.read(target).weights();
        assertThat(Arrays.deepEquals(found, old) || Arrays.deepEquals(found, fresh))
                .as("the checkpoint is the old one or the new one, whole")
                .isTrue();
    }

    private static void assertWeights(Path checkpoint, double[][] expected) {
        assertThat(Arrays.deepEquals(ReferenceModel.read(checkpoint).weights(), expected))
                .as("the weights in %s", checkpoint.getFileName())
                .isTrue();
    }

    private static void train(TrainablePolicy policy) {
        try (Optimizer optimizer = policy.openOptimizer(TrainingRules.LARGE_STEPS)) {
            GradientProbe.pass(policy, BATCH, Group.weights(BATCH, 6));
            optimizer.step();
        }
    }
}
