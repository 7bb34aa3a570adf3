package org.rpt4j.backend.jni;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.OptimizerStep;
import org.rpt4j.api.Precision;
import org.rpt4j.api.Snapshot;
import org.rpt4j.model.format.OptimizerStateFile;
import org.rpt4j.model.format.WeightSpec;

/**
 * AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101) in the engine, over single-precision masters.
 * Moments are single precision, or bfloat16 rounded at random in the engine; the state holds them as F32 in both cases.
 * Matrices decay, norms and biases do not. The state is an {@link OptimizerStateFile}, so backends can resume each
 * other's runs.
 */
final class NativeOptimizer implements Optimizer {

    private final NativePolicy policy;
    private final ModelHandle model;
    private final WeightTable trained;
    private final NativeStructs.DecaySpan[] decaySpans;
    private final MomentBuffers moments;
    private final long adamw;
    private final ModelPart part;
    private OptimizerOptions options;
    private long steps;

    /** Runs within {@link ModelHandle#use}. */
    NativeOptimizer(NativePolicy policy, OptimizerOptions options, Precision moments, boolean layerwise) {
        this.policy = policy;
        this.model = policy.model();
        this.options = options;
        this.trained = model.trained();
        this.decaySpans = trained.decaySpans();
        this.moments = new MomentBuffers(moments == Precision.BF16);
        long opened = NativeEngine.openAdamW(model.model(), moments == Precision.BF16, layerwise);
        this.adamw = opened;
        this.part = new ModelPart(model, "optimizer", () -> NativeEngine.closeAdamW(opened));
    }

    @Override
    public OptimizerStep step() {
        return part.use("step", () -> {
            double rate = options.learningRateAt(steps + 1);
            if (!policy.hasGradients()) {
                return new OptimizerStep(0, false, rate);
            }
            double norm = policy.update(adamw, decaySpans, NativeStructs.UpdateOptions.of(options, steps + 1));
            boolean applied = Double.isFinite(norm);
            if (applied) {
                steps++;
                model.raiseVersion();
            }
            policy.clearGradients();
            return new OptimizerStep(norm, applied, rate);
        });
    }

    @Override
    public void zeroGradients() {
        part.use("zeroGradients", () -> {
            policy.clearGradients();
            return true;
        });
    }

    @Override
    public long stepCount() {
        return part.use("stepCount", () -> steps);
    }

    @Override
    public void setLearningRate(double learningRate) {
        part.use("setLearningRate", () -> {
            options = options.toBuilder().learningRate(learningRate).build();
            return true;
        });
    }

    @Override
    public void saveState(Path file) {
        part.use("saveState", () -> {
            OptimizerStateFile.write(file, trained.specs(), steps, new Moments());
            return true;
        });
    }

    @Override
    public Snapshot snapshotState() {
        return part.use("snapshotState", () -> OptimizerStateFile.snapshot(trained.specs(), steps, new Moments()));
    }

    /** Views of the moments; for use within {@link ModelPart#use}. */
    private final class Moments implements OptimizerStateFile.Moments {
        @Override
        public FloatBuffer first(int weight) {
            return moments.read(view(false, weight));
        }

        @Override
        public FloatBuffer second(int weight) {
            return moments.read(view(true, weight));
        }
    }

    @Override
    public void restoreState(Path file) {
        part.use("restoreState", () -> {
            try (OptimizerStateFile saved = OptimizerStateFile.open(file, trained.specs())) {
                restore(saved);
            }
            return true;
        });
    }

    /** Everything is checked before anything is changed, one weight at a time: moments are twice the weights. */
    private void restore(OptimizerStateFile saved) {
        List<WeightSpec> specs = trained.specs();
        FloatBuffer checked = FloatBuffer.allocate(specs.stream()
                .mapToInt(spec -> Math.toIntExact(spec.size()))
                .max()
                .orElse(0));
        for (int i = 0; i < specs.size(); i++) {
            checked.limit(Math.toIntExact(specs.get(i).size()));
            saved.readFirst(i, checked);
            saved.readSecond(i, checked);
        }
        for (int i = 0; i < specs.size(); i++) {
            int index = i;
            moments.write(view(false, i), target -> saved.readFirst(index, target));
            moments.write(view(true, i), target -> saved.readSecond(index, target));
        }
        steps = saved.stepCount();
    }

    private ByteBuffer view(boolean second, int index) {
        return NativeEngine.moments(
                        adamw,
                        second,
                        trained.offset(index),
                        trained.specs().get(index).size())
                .order(ByteOrder.nativeOrder());
    }

    @Override
    public void close() {
        part.close(policy::optimizerClosed);
    }
}
