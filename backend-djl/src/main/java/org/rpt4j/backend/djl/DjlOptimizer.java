package org.rpt4j.backend.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.OptimizerStep;
import org.rpt4j.api.Snapshot;
import org.rpt4j.model.format.OptimizerStateFile;
import org.rpt4j.model.format.WeightSpec;

/**
 * AdamW through libtorch's fused kernel (Loshchilov and Hutter 2019, arXiv 1711.05101), over single-precision masters and
 * moments. Matrices decay, norms and biases do not.
 */
final class DjlOptimizer implements Optimizer, OptimizerStateFile.Moments {

    private final DjlPolicy policy;
    private final NDManager manager;
    private final List<NDArray> firstMoments = new ArrayList<>();
    private final List<NDArray> secondMoments = new ArrayList<>();
    private final List<NDArray> stepCounters = new ArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private OptimizerOptions options;
    private long steps;

    /** Runs on the engine thread. */
    DjlOptimizer(DjlPolicy policy, OptimizerOptions options) {
        this.policy = policy;
        this.options = options;
        this.manager = policy.model().newScope();
        for (NDArray weight : policy.model().trained()) {
            firstMoments.add(manager.zeros(weight.getShape()));
            secondMoments.add(manager.zeros(weight.getShape()));
            stepCounters.add(manager.create(0f));
        }
    }

    @Override
    public OptimizerStep step() {
        return onEngine("optimizer step", () -> {
            double rate = options.learningRateAt(steps + 1);
            if (!policy.gradientsPending()) {
                return new OptimizerStep(0, false, rate);
            }
            DjlModel model = policy.model();
            try (NDManager scope = model.newScope()) {
                List<NDArray> gradients = new ArrayList<>();
                for (NDArray weight : model.trained()) {
                    NDArray gradient = weight.getGradient();
                    gradient.attach(scope);
                    gradients.add(gradient);
                }
                double norm = model.script()
                        .callOne(scope, false, "norm", new long[0], gradients)
                        .toDoubleArray()[0];
                boolean finite = Double.isFinite(norm);
                if (finite) {
                    double scale = norm > options.maxGradientNorm() ? options.maxGradientNorm() / norm : 1;
                    update(scope, gradients, true, rate, scale);
                    update(scope, gradients, false, rate, scale);
                    steps++;
                    model.weightsChanged();
                }
                policy.clearGradients();
                return new OptimizerStep(norm, finite, rate);
            }
        });
    }

    private void update(NDManager scope, List<NDArray> gradients, boolean decays, double rate, double scale) {
        List<WeightSpec> specs = policy.model().trainedSpecs();
        List<Integer> chosen = new ArrayList<>();
        for (int i = 0; i < specs.size(); i++) {
            if (specs.get(i).decays() == decays) {
                chosen.add(i);
            }
        }
        if (chosen.isEmpty()) {
            return; // an adapter has matrices only
        }
        NDArray numbers = scope.newSubManager(Device.cpu()).create(new double[] {
            rate, options.beta1(), options.beta2(), options.epsilon(), decays ? options.weightDecay() : 0, scale
        });
        policy.model()
                .script()
                .call(
                        scope,
                        false,
                        "adamw",
                        new long[0],
                        pick(policy.model().trained(), chosen),
                        pick(gradients, chosen),
                        pick(firstMoments, chosen),
                        pick(secondMoments, chosen),
                        pick(stepCounters, chosen),
                        numbers);
    }

    private static List<NDArray> pick(List<NDArray> all, List<Integer> chosen) {
        return chosen.stream().map(all::get).toList();
    }

    @Override
    public void zeroGradients() {
        onEngine("zeroGradients", () -> {
            policy.clearGradients();
            return true;
        });
    }

    @Override
    public long stepCount() {
        return onEngine("stepCount", () -> steps);
    }

    @Override
    public void setLearningRate(double learningRate) {
        onEngine("setLearningRate", () -> {
            options = options.toBuilder().learningRate(learningRate).build();
            return true;
        });
    }

    @Override
    public void saveState(Path file) {
        onEngine("saveState", () -> {
            OptimizerStateFile.write(file, policy.model().trainedSpecs(), steps, this);
            return true;
        });
    }

    @Override
    public Snapshot snapshotState() {
        return onEngine(
                "snapshotState",
                () -> OptimizerStateFile.snapshot(policy.model().trainedSpecs(), steps, this));
    }

    @Override
    public FloatBuffer first(int weight) {
        return Tensors.floats(firstMoments.get(weight));
    }

    @Override
    public FloatBuffer second(int weight) {
        return Tensors.floats(secondMoments.get(weight));
    }

    @Override
    public void restoreState(Path file) {
        onEngine("restoreState", () -> {
            try (OptimizerStateFile saved =
                    OptimizerStateFile.open(file, policy.model().trainedSpecs())) {
                restore(saved);
            }
            return true;
        });
    }

    /** Reads everything before it changes anything. */
    private void restore(OptimizerStateFile saved) {
        List<WeightSpec> specs = policy.model().trainedSpecs();
        try (NDManager loaded = policy.model().newScope()) {
            List<NDArray> first = new ArrayList<>();
            List<NDArray> second = new ArrayList<>();
            for (int i = 0; i < specs.size(); i++) {
                int weight = i;
                List<Integer> shape = specs.get(i).shape();
                first.add(Tensors.filled(loaded, shape, values -> saved.readFirst(weight, values)));
                second.add(Tensors.filled(loaded, shape, values -> saved.readSecond(weight, values)));
            }
            for (int i = 0; i < specs.size(); i++) {
                first.get(i).copyTo(firstMoments.get(i));
                second.get(i).copyTo(secondMoments.get(i));
                stepCounters.get(i).set(new float[] {saved.stepCount()});
            }
        }
        steps = saved.stepCount();
    }

    private <T> T onEngine(String operation, Callable<T> work) {
        requireOpen(operation);
        return policy.onEngine(operation, () -> {
            // Again, on the engine's thread: another thread may have closed the optimizer while this one waited.
            requireOpen(operation);
            return work.call();
        });
    }

    private void requireOpen(String operation) {
        if (closed.get()) {
            throw new IllegalStateException("this optimizer is closed; " + operation + " is no longer possible");
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            policy.freeOnEngine(() -> {
                policy.clearGradients();
                policy.optimizerClosed();
                manager.close();
            });
        }
    }
}
