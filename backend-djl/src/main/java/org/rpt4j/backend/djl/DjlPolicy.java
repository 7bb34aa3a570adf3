package org.rpt4j.backend.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.Snapshot;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.model.format.CheckpointSnapshot;
import org.rpt4j.model.format.CheckpointWriter;
import org.rpt4j.model.format.DType;
import org.rpt4j.model.format.WeightSpec;
import org.rpt4j.spi.kit.FiniteNumbers;

/** A model as a policy: generation, log-probabilities, and training if opened for it. */
final class DjlPolicy extends OpenModel implements TrainablePolicy {

    private final BackendOptions options;
    // The fields below are confined to the engine thread.
    private @Nullable DjlForwardPass openPass;
    private @Nullable DjlOptimizer openOptimizer;
    private boolean gradientsPending;

    DjlPolicy(DjlModel model, EngineThread thread, BackendOptions options) {
        super("policy", model, thread);
        this.options = options;
    }

    @Override
    public long version() {
        return onEngine("version", model::version);
    }

    @Override
    public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions sampling) {
        return onEngineInterruptibly("generate", () -> {
            try (RolloutEngine engine = new RolloutEngine(model, thread(), options.maxSequences(), prompts, sampling)) {
                return engine.run();
            }
        });
    }

    @Override
    public TokenValues logProbs(TokenBatch given) {
        return onEngineInterruptibly("logProbs", () -> {
            TokenBatch batch = model.limits.requireComputable(given);
            RaggedBatch ragged = RaggedBatch.of(batch);
            if (ragged.targets.length == 0) {
                return TokenValues.of(batch, new double[0]);
            }
            try (NDManager scope = model.newScope()) {
                NDArray hidden = new DeviceBatch(scope, ragged).encode(model, scope, false, scope.create(ragged.rows));
                double[] values = new Head(model, batch.temperature())
                        .logProbs(scope, model.inferenceWeights(), hidden, scope.create(ragged.targets));
                return FiniteNumbers.logProbs(batch, values);
            }
        });
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
            CheckpointWriter.write(directory, model.directory, model.layout, DType.F32, this::weight);
            return true;
        });
    }

    @Override
    public Snapshot snapshot() {
        return onEngine(
                "snapshot", () -> CheckpointSnapshot.of(model.directory, model.layout, DType.F32, this::weight));
    }

    private FloatBuffer weight(WeightSpec spec) {
        return Tensors.floats(model.masters().get(model.layout.all().indexOf(spec)));
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
            model.masters().forEach(weight -> JniUtils.zeroGrad((PtNDArray) weight));
            gradientsPending = false;
        }
    }

    void optimizerClosed() {
        openOptimizer = null;
    }
}
