package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Capability;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.Snapshot;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.model.format.Adapter;
import org.rpt4j.model.format.LoraOptions;
import org.rpt4j.tck.reference.ReferenceAdapter;
import org.rpt4j.tck.reference.ReferenceGradients;
import org.rpt4j.tck.reference.ReferencePolicy;

/** Rules about training a low-rank adapter over frozen weights. */
@Needs({Capability.TRAIN, Capability.ADAPT})
final class AdapterRules {

    private static final TokenBatch BATCH = Group.batch(0.8, Group.RAGGED);
    private static final TokenValues WEIGHTS = Group.weights(BATCH, 8);
    private static final List<LoraOptions> FORMS = List.of(Adapters.FULL, Adapters.PARTIAL);

    private AdapterRules() {}

    @Rule(id = "T34", value = "a policy with an adapter computes with W + s B A", everyModel = true)
    @Needs({Capability.GENERATE, Capability.LOG_PROBS})
    static void adapted(Fixture f) {
        for (LoraOptions form : FORMS) {
            ModelSource source = Adapters.over(f, form);
            try (TrainablePolicy policy = f.backend().openTrainablePolicy(source);
                    ReferencePolicy truth = new ReferencePolicy(source)) {
                double[] expected = truth.logProbs(BATCH).values();
                assertThat(expected).isNotEqualTo(f.reference().logProbs(BATCH).values());
                double tolerance = f.tolerances().logProb();
                Checks.assertClose("log-probabilities", policy.logProbs(BATCH).values(), expected, tolerance);
                try (ForwardPass pass = policy.forward(BATCH)) {
                    Checks.assertClose(
                            "log-probabilities of a pass", pass.logProbs().values(), expected, tolerance);
                }
                assertSampledBy(policy, truth, tolerance);
            }
        }
    }

    /** Checks the log-probabilities that sampling records. */
    private static void assertSampledBy(Policy policy, ReferencePolicy truth, double tolerance) {
        TokenBatch.Builder sampled = TokenBatch.builder(Samples.OPTIONS.temperature());
        double[] recorded = policy.generate(Samples.PROMPTS, Samples.OPTIONS).stream()
                .peek(sampled::add)
                .map(RolloutGroup::rollouts)
                .flatMap(List::stream)
                .map(Rollout::logProbs)
                .flatMapToDouble(Arrays::stream)
                .toArray();
        Checks.assertClose(
                "log-probabilities of sampling",
                recorded,
                truth.logProbs(sampled.build()).values(),
                tolerance);
    }

    @Rule(id = "T35", value = "backward adds the gradients of A and B", everyModel = true)
    static void gradient(Fixture f) {
        for (LoraOptions form : FORMS) {
            ModelSource source = Adapters.over(f, form);
            ReferenceAdapter truth = ReferenceAdapter.read(source);
            double[][] expected = truth.gradients(ReferenceGradients.of(truth.adapted(), BATCH, WEIGHTS));
            for (boolean recompute : new boolean[] {false, true}) {
                Backend backend = f.openBackend(options ->
                        options.toBuilder().recomputeActivations(recompute).build());
                try (TrainablePolicy policy = backend.openTrainablePolicy(source)) {
                    double[][] measured = GradientProbe.measure(
                            policy,
                            p -> GradientProbe.pass(p, BATCH, WEIGHTS),
                            Double.POSITIVE_INFINITY,
                            truth.values(),
                            p -> Adapters.saved(f, p));
                    GradientProbe.assertClose(f, "gradient", truth.specs(), measured, expected);
                }
            }
        }
    }

    @Rule(id = "T36", value = "training an adapter leaves the model under it as it was, bit for bit")
    @Needs(Capability.LOG_PROBS)
    static void frozen(Fixture f) {
        try (TrainablePolicy policy = f.backend().openTrainablePolicy(Adapters.over(f, Adapters.FULL))) {
            Policy frozen = policy.withoutAdapter();
            double[] before = frozen.logProbs(BATCH).values();
            double[] adapted = policy.logProbs(BATCH).values();
            train(policy, 3);
            assertThat(policy.logProbs(BATCH).values())
                    .as("log-probabilities after training")
                    .isNotEqualTo(adapted);
            assertThat(frozen.logProbs(BATCH).values())
                    .as("log-probabilities of the frozen model after training")
                    .containsExactly(before);
            assertThat(policy.withoutAdapter().logProbs(BATCH).values())
                    .as("log-probabilities of the model without its adapter, asked for again")
                    .containsExactly(before);
        }
    }

    @Rule(id = "T37", value = "without its adapter, a policy is the checkpoint under it", everyModel = true)
    @Needs({Capability.GENERATE, Capability.LOG_PROBS})
    static void withoutAdapter(Fixture f) {
        TrainablePolicy policy = f.backend().openTrainablePolicy(Adapters.over(f, Adapters.FULL));
        Policy frozen = policy.withoutAdapter();
        assertThat(frozen.description()).isEqualTo(f.model().config().describe());
        train(policy, 1);
        assertThat(frozen.version()).as("version of the frozen model").isZero();
        try (ForwardPass open = policy.forward(BATCH)) {
            Checks.assertClose(
                    "log-probabilities without the adapter, while a pass is open",
                    frozen.logProbs(BATCH).values(),
                    f.reference().logProbs(BATCH).values(),
                    f.tolerances().logProb());
            open.backward(WEIGHTS);
        }
        assertSampledBy(frozen, f.reference(), f.tolerances().logProb());
        frozen.close();
        Checks.assertIllegalState("log-probabilities after close", () -> frozen.logProbs(BATCH));
        Policy again = policy.withoutAdapter();
        assertThatCode(() -> policy.logProbs(BATCH))
                .as("the policy after its frozen model was closed")
                .doesNotThrowAnyException();
        policy.close();
        Checks.assertIllegalState("a frozen model whose policy is closed", () -> again.logProbs(BATCH));
        Checks.assertIllegalState("a frozen model of a closed policy", policy::withoutAdapter);
        Checks.assertIllegalState("a frozen model under no adapter", f.openTrainable()::withoutAdapter);
    }

    @Rule(id = "T38", value = "saving a policy with an adapter writes the adapter alone", everyModel = true)
    @Needs(Capability.LOG_PROBS)
    static void saved(Fixture f) throws IOException {
        for (LoraOptions form : FORMS) {
            ModelSource source = Adapters.over(f, form);
            try (TrainablePolicy policy = f.backend().openTrainablePolicy(source)) {
                train(policy, 1);
                double[] expected = policy.logProbs(BATCH).values();
                Path directory = f.path("new-" + form.rank()).resolve("saved");
                policy.save(directory);
                assertAdapterOf(f, directory, form, expected);
                Path copy = f.path("copy-" + form.rank());
                try (Snapshot snapshot = Snapshots.of(policy)) {
                    snapshot.write(copy);
                    assertThat(Files.readAllBytes(copy.resolve("adapter_model.safetensors")))
                            .as("the snapshot's weights")
                            .isEqualTo(Files.readAllBytes(directory.resolve("adapter_model.safetensors")));
                }
            }
        }
    }

    private static void assertAdapterOf(Fixture f, Path directory, LoraOptions form, double[] expected)
            throws IOException {
        try (var files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .as("the files of a saved adapter")
                    .containsExactlyInAnyOrder("adapter_config.json", "adapter_model.safetensors");
        }
        ModelSource source = f.source().withAdapter(directory);
        try (Adapter adapter = Adapter.open(source, f.model().config())) {
            assertThat(adapter.options()).as("the form of the saved adapter").isEqualTo(form);
        }
        try (TrainablePolicy reopened = f.backend().openTrainablePolicy(source);
                Policy merged = f.backend().openPolicy(source);
                ReferencePolicy truth = new ReferencePolicy(source)) {
            Checks.assertClose(
                    "log-probabilities after reopening",
                    reopened.logProbs(BATCH).values(),
                    expected,
                    f.tolerances().replay());
            double tolerance = 10 * f.tolerances().logProb();
            Checks.assertClose(
                    "log-probabilities of a policy that is not trained",
                    merged.logProbs(BATCH).values(),
                    expected,
                    tolerance);
            Checks.assertClose(
                    "log-probabilities of the saved adapter in the reference",
                    truth.logProbs(BATCH).values(),
                    expected,
                    tolerance);
        }
    }

    @Rule(id = "T39", value = "an adapter resumes from its weights and its optimizer state")
    static void resumes(Fixture f) {
        ModelSource source = Adapters.over(f, Adapters.FULL);
        Path state = f.path("state");
        Path halfway = f.path("halfway");
        double[][] expected;
        try (TrainablePolicy policy = f.backend().openTrainablePolicy(source);
                Optimizer optimizer = policy.openOptimizer(OptimizerRules.OPTIONS)) {
            steps(policy, optimizer, 0, 2);
            policy.save(halfway);
            optimizer.saveState(state);
            steps(policy, optimizer, 2, 4);
            expected = Adapters.saved(f, policy);
        }
        try (TrainablePolicy resumed =
                        f.backend().openTrainablePolicy(f.source().withAdapter(halfway));
                Optimizer optimizer = resumed.openOptimizer(OptimizerRules.OPTIONS)) {
            optimizer.restoreState(state);
            steps(resumed, optimizer, 2, 4);
            assertClose(
                    "weights after resuming",
                    Adapters.saved(f, resumed),
                    expected,
                    f.tolerances().replay());
        }
        try (TrainablePolicy truth = new ReferencePolicy(source);
                Optimizer optimizer = truth.openOptimizer(OptimizerRules.OPTIONS)) {
            steps(truth, optimizer, 0, 4);
            double tolerance =
                    10 * OptimizerRules.OPTIONS.learningRate() * f.tolerances().gradient();
            assertClose("weights after four steps", expected, Adapters.saved(f, truth), tolerance);
        }
    }

    private static void assertClose(String what, double[][] actual, double[][] expected, double tolerance) {
        for (int i = 0; i < expected.length; i++) {
            Checks.assertClose(what, actual[i], expected[i], tolerance);
        }
    }

    private static void steps(TrainablePolicy policy, Optimizer optimizer, int from, int to) {
        for (int step = from; step < to; step++) {
            OptimizerRules.accumulate(policy, step);
            optimizer.step();
        }
    }

    private static void train(TrainablePolicy policy, int steps) {
        try (Optimizer optimizer = policy.openOptimizer(TrainingRules.LARGE_STEPS)) {
            for (int i = 0; i < steps; i++) {
                GradientProbe.pass(policy, BATCH, WEIGHTS);
                assertThat(optimizer.step().applied()).as("a step is applied").isTrue();
            }
        }
    }
}
