package org.rpt4j.backend.djl;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Snapshot;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.model.format.AdapterWriter;
import org.rpt4j.model.format.CheckpointSnapshot;
import org.rpt4j.model.format.CheckpointWriter;
import org.rpt4j.model.format.DType;
import org.rpt4j.model.format.WeightSpec;

/** A model as a policy that is trained. */
final class DjlPolicy extends InferencePolicy implements TrainablePolicy {

    // The fields below are confined to the engine thread.
    private @Nullable DjlForwardPass openPass;
    private @Nullable DjlOptimizer openOptimizer;
    private boolean gradientsPending;

    DjlPolicy(DjlModel model, EngineThread thread, BackendOptions options) {
        super(model, thread, options, null);
    }

    @Override
    public ForwardPass forward(TokenBatch batch) {
        return onEngineInterruptibly("forward", () -> {
            if (openPass != null) {
                throw new IllegalStateException("a forward pass is open; close it before starting another");
            }
            openPass = new DjlForwardPass(this, batch, options.recomputeActivations());
            return openPass;
        });
    }

    @Override
    public Optimizer openOptimizer(OptimizerOptions optimizerOptions) {
        if (!DjlBackend.OPTIMIZERS.contains(optimizerOptions.name())) {
            throw new UnsupportedCapabilityException("Backend \"djl\" has no optimizer named \""
                    + optimizerOptions.name() + "\". Available: " + String.join(", ", DjlBackend.OPTIMIZERS) + ".");
        }
        return onEngine("openOptimizer", () -> {
            if (openOptimizer != null) {
                throw new IllegalStateException("this policy has an open optimizer; close it before opening another");
            }
            openOptimizer = new DjlOptimizer(this, optimizerOptions);
            return openOptimizer;
        });
    }

    @Override
    public void save(Path directory) {
        onEngine("save", () -> {
            model.adapter.ifPresentOrElse(
                    adapter -> AdapterWriter.write(
                            directory, model.source, adapter.options(), adapter.layout(), this::weight),
                    () -> CheckpointWriter.write(
                            directory, model.source.directory(), model.layout, DType.F32, this::weight));
            return true;
        });
    }

    @Override
    public Snapshot snapshot() {
        return onEngine(
                "snapshot",
                () -> model.adapter
                        .map(adapter ->
                                AdapterWriter.snapshot(model.source, adapter.options(), adapter.layout(), this::weight))
                        .orElseGet(() -> CheckpointSnapshot.of(
                                model.source.directory(), model.layout, DType.F32, this::weight)));
    }

    private FloatBuffer weight(WeightSpec spec) {
        return Tensors.floats(model.trained().get(model.trainedSpecs().indexOf(spec)));
    }

    @Override
    public Policy withoutAdapter() {
        return onEngine(
                "withoutAdapter",
                () -> model.adapter.isPresent()
                        ? new InferencePolicy(model.withoutAdapter(), thread(), options, this)
                        : TrainablePolicy.super.withoutAdapter());
    }

    @Override
    void beforeFree() {
        if (openPass != null) {
            openPass.free();
        }
    }

    void passClosed(DjlForwardPass pass, NDManager scope) {
        freeOnEngine(() -> {
            if (openPass == pass) {
                openPass = null;
            }
            scope.close();
        });
    }

    void gradientsAdded() {
        gradientsPending = true;
    }

    boolean gradientsPending() {
        return gradientsPending;
    }

    void clearGradients() {
        if (gradientsPending) {
            model.trained().forEach(weight -> JniUtils.zeroGrad((PtNDArray) weight));
            gradientsPending = false;
        }
    }

    void optimizerClosed() {
        openOptimizer = null;
    }
}
