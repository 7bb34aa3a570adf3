package org.rpt4j.backend.jni;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.OptimizerStep;
import org.rpt4j.api.Snapshot;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.model.format.CheckpointSnapshot;
import org.rpt4j.model.format.DType;
import org.rpt4j.model.format.SafetensorsFile;
import org.rpt4j.model.format.SafetensorsWriter;
import org.rpt4j.model.format.TensorInfo;
import org.rpt4j.model.format.WeightSpec;

/**
 * AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101) in the engine, over single-precision masters and moments.
 * Matrices decay, norms and biases do not. The state has the names and the form that backend-djl writes, so one can go
 * on where the other stopped.
 */
final class NativeOptimizer implements Optimizer {

    private static final String STEP_KEY = "step";
    private static final String FIRST = "first_moment.";
    private static final String SECOND = "second_moment.";

    private final NativePolicy policy;
    private final ModelHandle model;
    private final long[] decaySpans;
    private final long adamw;
    private final Runnable closer;
    private OptimizerOptions options;
    private long steps;
    private volatile boolean closed;

    /** Runs within {@link ModelHandle#use}. */
    NativeOptimizer(NativePolicy policy, OptimizerOptions options) {
        this.policy = policy;
        this.model = policy.model();
        this.options = options;
        this.decaySpans = model.shape.decaySpans();
        long opened = NativeEngine.openAdamW(model.model());
        this.adamw = opened;
        this.closer = () -> NativeEngine.closeAdamW(opened);
        model.onClose(closer);
    }

    @Override
    public OptimizerStep step() {
        return use("step", () -> {
            double rate = options.learningRateAt(steps + 1);
            GradientSum gradients = policy.gradients();
            if (!gradients.isPending()) {
                return new OptimizerStep(0, false, rate);
            }
            double[] numbers = {
                rate,
                options.beta1(),
                options.beta2(),
                options.epsilon(),
                options.weightDecay(),
                options.maxGradientNorm()
            };
            double norm = NativeEngine.updateAdamW(adamw, gradients.handle(), decaySpans, numbers, steps + 1);
            boolean applied = Double.isFinite(norm);
            if (applied) {
                steps++;
                model.raiseVersion();
            }
            gradients.clear();
            return new OptimizerStep(norm, applied, rate);
        });
    }

    @Override
    public void zeroGradients() {
        use("zeroGradients", () -> {
            policy.gradients().clear();
            return true;
        });
    }

    @Override
    public long stepCount() {
        return use("stepCount", () -> steps);
    }

    @Override
    public void setLearningRate(double learningRate) {
        use("setLearningRate", () -> {
            options = options.toBuilder().learningRate(learningRate).build();
            return true;
        });
    }

    @Override
    public void saveState(Path file) {
        use("saveState", () -> {
            SafetensorsWriter.write(file, entries(), metadata());
            return true;
        });
    }

    @Override
    public Snapshot snapshotState() {
        return use("snapshotState", () -> CheckpointSnapshot.ofState(entries(), metadata()));
    }

    private List<SafetensorsWriter.Entry> entries() {
        List<SafetensorsWriter.Entry> entries = new ArrayList<>();
        List<WeightSpec> specs = model.shape.layout.all();
        for (int i = 0; i < specs.size(); i++) {
            WeightSpec spec = specs.get(i);
            int index = i;
            entries.add(new SafetensorsWriter.Entry(
                    FIRST + spec.name(), DType.F32, spec.shape(), () -> view(adamw, false, index)));
            entries.add(new SafetensorsWriter.Entry(
                    SECOND + spec.name(), DType.F32, spec.shape(), () -> view(adamw, true, index)));
        }
        return entries;
    }

    private Map<String, String> metadata() {
        return Map.of(STEP_KEY, Long.toString(steps));
    }

    @Override
    public void restoreState(Path file) {
        use("restoreState", () -> {
            try (SafetensorsFile saved = SafetensorsFile.open(file)) {
                restore(saved, file);
            } catch (ModelFormatException | IllegalArgumentException e) {
                throw new CheckpointException("cannot restore the optimizer from " + file + ": " + e.getMessage(), e);
            }
            return true;
        });
    }

    /** Everything is read before anything is changed. */
    private void restore(SafetensorsFile saved, Path file) {
        String step = saved.metadata().get(STEP_KEY);
        if (step == null || !step.matches("\\d{1,18}")) {
            throw new CheckpointException(file + " is not an optimizer state: its metadata has "
                    + saved.metadata().keySet() + ", not a number under \"" + STEP_KEY + "\"");
        }
        List<WeightSpec> specs = model.shape.layout.all();
        for (WeightSpec spec : specs) {
            requireTensor(saved, FIRST + spec.name(), spec, file);
            requireTensor(saved, SECOND + spec.name(), spec, file);
        }
        long restored = NativeEngine.openAdamW(model.model());
        try {
            for (int i = 0; i < specs.size(); i++) {
                readInto(saved, restored, false, i);
                readInto(saved, restored, true, i);
            }
            for (int i = 0; i < specs.size(); i++) {
                view(adamw, false, i).put(view(restored, false, i));
                view(adamw, true, i).put(view(restored, true, i));
            }
        } finally {
            NativeEngine.closeAdamW(restored);
        }
        steps = Long.parseLong(step);
    }

    private void readInto(SafetensorsFile saved, long target, boolean second, int index) {
        saved.read(
                (second ? SECOND : FIRST) + model.shape.layout.all().get(index).name(), view(target, second, index));
    }

    private FloatBuffer view(long optimizer, boolean second, int index) {
        return NativeEngine.moments(
                        optimizer,
                        second,
                        model.shape.offset(index),
                        model.shape.layout.all().get(index).size())
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    private static void requireTensor(SafetensorsFile saved, String name, WeightSpec spec, Path file) {
        TensorInfo info = saved.tensors().get(name);
        List<Long> shape = spec.shape().stream().map(Integer::longValue).toList();
        if (info == null || !info.shape().equals(shape)) {
            throw new CheckpointException(file + " belongs to another model: " + name + " is "
                    + (info == null ? "missing" : "of shape " + info.shape()) + ", expected " + shape);
        }
    }

    private <T> T use(String operation, Supplier<T> work) {
        if (closed) {
            throw new IllegalStateException("this optimizer is closed; " + operation + " is not possible any more");
        }
        return model.use(operation, work);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        model.closePart(() -> {
            policy.optimizerClosed();
            model.forget(closer);
            closer.run();
        });
    }
}
